package sim

// A process that simulates strangers collects garbage between turns only: see [box.Collect].
const (
	collectEvery = 4096     // events between two looks at the heap
	collectBytes = 64 << 20 // what nodes may say between two looks
)
