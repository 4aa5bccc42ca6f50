// Has a folder above the checkout instead of a module.
module 6.5840

go 1.22

require staff.example/solution v1.0.0

replace staff.example/solution v1.0.0 => ../../shared-leader
