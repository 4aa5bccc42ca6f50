package sim

// CPUTime is for benchmarks.
var CPUTime = cpuTime
