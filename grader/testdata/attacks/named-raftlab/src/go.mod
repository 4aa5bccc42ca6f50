// Calls itself by the grader's name.
module raftlab

go 1.22
