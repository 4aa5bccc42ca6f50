// Is for a version of Go that there is not, for the go command to fetch it.
module 6.5840

go 1.99
