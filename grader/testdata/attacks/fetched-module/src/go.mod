// Needs a module that the network would have to bring.
module 6.5840

go 1.22

require raftlab-attack.invalid/x v1.0.0
