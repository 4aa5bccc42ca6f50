package labgob

// Fields returns the names of the fields of the struct that data, a gob
// message, holds, as its definitions say: in the sender's order, those too that
// are zero in the value. There are none if data holds no struct or its
// definitions are malformed; the value itself it does not look at. The caller
// must not change the slice.
func Fields(data []byte) []string {
	sch, m, _, err := open(data)
	if err != nil {
		return nil
	}
	c := cursor{b: m.body}
	if w := sch.types[c.id()]; w != nil && w.kind == wireStruct {
		return w.names
	}
	return nil
}
