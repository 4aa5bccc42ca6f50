package history

import (
	"fmt"
	"time"

	"raftlab/src/kvraft"
)

type Method string

const (
	Get    Method = "Get"
	Put    Method = "Put"
	Append Method = "Append"
)

type Model int

const (
	Classic Model = iota
	Versioned
)

type Op struct {
	Clerk            int
	Method           Method
	Key, Value       string
	Version          kvraft.Version
	Err              kvraft.Err
	Call, Return     int64
	Called, Returned time.Duration
}

var _ = fmt.Sprint
