// Has a module in its vendor folder that is not what its name says.
module 6.5840

go 1.22

require github.com/sasha-s/go-deadlock v0.3.9
