package box

// A Budget limits the memory and the files that several boxes have together. The boxes that share one must not be
// used at the same time. A nil Budget is unlimited.
type Budget struct {
	Limit int64 // bytes
	used  int64
}

// Used returns what the boxes have at present, in bytes.
func (b *Budget) Used() int64 {
	if b == nil {
		return 0
	}
	return b.used
}

// charge takes n bytes from the budget, or gives -n back if n is negative. It reports false, and takes nothing, if
// there are not n bytes left.
func (b *Budget) charge(n int64) bool {
	if b == nil {
		return true
	}
	if n > 0 && b.used+n > b.Limit {
		return false
	}
	b.used += n
	return true
}
