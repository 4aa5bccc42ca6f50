package live

import (
	"flag"
	"fmt"
	"math/rand/v2"
)

// The flags of a test binary that uses this package, besides go test's.
var (
	clockFlag = clock("bubble")
	seedFlag  = flag.Uint64("seed", 0,
		"the seed of each scenario's choices and of the network's weather; 0 draws one each time")
)

func init() {
	flag.Var(&clockFlag, "clock", "what time is: bubble (virtual) or wall")
}

// clock is the value of the flag -clock.
type clock string

func (c *clock) String() string { return string(*c) }

func (c *clock) Set(s string) error {
	if s != "bubble" && s != "wall" {
		return fmt.Errorf("must be bubble or wall")
	}
	*c = clock(s)
	return nil
}

// InBubble reports whether time is virtual in this process.
func InBubble() bool { return clockFlag == "bubble" }

// Seed is the value of the flag -seed, or, if that is 0, drawn anew at each call.
func Seed() uint64 {
	if *seedFlag == 0 {
		return rand.Uint64()
	}
	return *seedFlag
}

// Clock is the value of the flag -clock.
func Clock() string { return string(clockFlag) }
