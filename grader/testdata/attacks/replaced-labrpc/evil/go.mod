module 6.5840/labrpc

go 1.22
