// Package cluster is what a lab's scenarios are played on: a cluster of nodes that can be started, crashed, paused, cut
// off and asked, over a network with weather, in a time that passes only when nothing happens.
//
// It knows no lab. A lab says which nodes there are and hands in a [Judge], which plays the scenario over a [Cluster],
// hears what nodes say, and knows what that means. It knows no world either: a [World] is where the nodes live, which
// is package sim, where each node is a box and time is virtual, or package live, where they are goroutines of the
// process. Package node below it is what a lab's code within a node has of its surroundings.
package cluster
