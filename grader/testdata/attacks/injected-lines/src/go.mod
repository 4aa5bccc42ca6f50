// Has line ends in names, for lines of its own in the go.mod that is made of it.
module 6.5840

go 1.22

require "example.com/a v1.0.0\n)\nreplace raftlab => /tmp/evil\nrequire (\n\texample.com/b" v1.0.0
