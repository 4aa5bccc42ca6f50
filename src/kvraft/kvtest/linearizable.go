package kvtest

// Linearizable fails if what clerks have called so far is not linearizable.
func (c *Cluster) Linearizable() {}
