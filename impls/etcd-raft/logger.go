package etcdraft

import (
	"fmt"

	"raftlab/src/dlog"
)

// A logger passes on to dlog what etcd's raft has to say about a server. What it cannot survive panics.
type logger struct{ me int }

func (l logger) Debug(v ...any)            { l.Debugf("%s", fmt.Sprint(v...)) }
func (l logger) Debugf(f string, v ...any) { l.to(dlog.Trace, f, v) }

func (l logger) Info(v ...any)            { l.Infof("%s", fmt.Sprint(v...)) }
func (l logger) Infof(f string, v ...any) { l.to(dlog.Info, f, v) }

func (l logger) Warning(v ...any)            { l.Warningf("%s", fmt.Sprint(v...)) }
func (l logger) Warningf(f string, v ...any) { l.to(dlog.Warn, f, v) }

func (l logger) Error(v ...any)            { l.Errorf("%s", fmt.Sprint(v...)) }
func (l logger) Errorf(f string, v ...any) { l.to(dlog.Error, f, v) }

func (l logger) Fatal(v ...any)            { panic(fmt.Sprint(v...)) }
func (l logger) Fatalf(f string, v ...any) { panic(fmt.Sprintf(f, v...)) }

func (l logger) Panic(v ...any)            { panic(fmt.Sprint(v...)) }
func (l logger) Panicf(f string, v ...any) { panic(fmt.Sprintf(f, v...)) }

func (l logger) to(topic dlog.Topic, format string, v []any) {
	if dlog.On() {
		dlog.Debug(topic, "S%d %s", l.me, fmt.Sprintf(format, v...))
	}
}
