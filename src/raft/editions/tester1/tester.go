// Package tester has what code of 2025 or later uses of the labs' own tester: the disk, a clerk's way to servers, and
// notes for a timeline, which nobody draws here.
package tester

import "raftlab/src/raft"

// Persister is the contract's.
type Persister = raft.Persister

// MakePersister returns an empty disk.
func MakePersister() *Persister { return raft.MakePersister() }

// Annotate, and all that follow, would put a note into the timeline.
func Annotate(tag, short, details string) {}

// AnnotatePoint is Annotate.
func AnnotatePoint(tag, short, details string) {}

// AnnotateInfo is Annotate without a tag.
func AnnotateInfo(short, details string) {}

// GetAnnotateTimestamp returns what AnnotateInterval begins with.
func GetAnnotateTimestamp() int64 { return 0 }

// GetAnnotatorTimestamp is GetAnnotateTimestamp.
func GetAnnotatorTimestamp() int64 { return 0 }

// AnnotateInterval notes something that lasted from start until now.
func AnnotateInterval(tag string, start int64, short, details string) {}

// AnnotateInfoInterval is AnnotateInterval without a tag.
func AnnotateInfoInterval(start int64, short, details string) {}

// AnnotateContinuous notes something that lasts until AnnotateContinuousEnd.
func AnnotateContinuous(tag, short, details string) {}

// AnnotateContinuousEnd ends what AnnotateContinuous noted.
func AnnotateContinuousEnd(tag string) {}
