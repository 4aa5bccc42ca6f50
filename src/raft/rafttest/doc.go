// Package rafttest is the shared test suite for Raft implementations: scenarios
// by part of the lab, the cluster that they drive, and the rules by which they
// judge. Package monitor below it watches Raft's promises in every scenario;
// packages live and sim are the worlds that scenarios run in.
//
// A scenario that fails has found a mistake, in the implementation or in the
// suite. A scenario that passes has found none this time: run it with many
// seeds, and under the race detector.
//
// To add a scenario, write a function over a *Cluster and name it in the list
// of its part and tier, in elections_classic.go and its neighbours.
package rafttest
