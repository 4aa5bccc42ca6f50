package wasmbin

// nilChecks says how to shorten checks for nil pointers.
type nilChecks struct {
	panics uint32 // the function that is called where a pointer is nil; it does not return
	helper uint32 // the one that calls it with the PC it is given
}

// nilHelper adds a function to those that are declared, and returns its code: it pushes the PC that it is given and
// calls the one that panics.
func (m *layout) nilHelper(panics uint32) []byte {
	types, funcs := find(m.secs, secType), find(m.secs, secFunc)
	if types == nil || funcs == nil {
		return nil
	}
	typ := grow(types, []byte{0x60, 1, typeI64, 0})
	grow(funcs, appendU32(nil, typ))
	code := []byte{0, // no locals
		opGlobalGet, GlobalSP, opI32Const, 8, opI32Sub, opGlobalSet, GlobalSP,
		opGlobalGet, GlobalSP, opLocalGet, 0, opI64Store, 3, 0,
		opI32Const, 0, opCall}
	code = append(appendU32(code, panics), opDrop, opEnd)
	return append(appendU32(nil, uint32(len(code))), code...)
}

// shortNilCheck writes what happens where a pointer is nil, if that is what starts at instruction i, and returns
// how many instructions it takes:
//
//	push the PC; call the panic; br_if the function's exit
func (f *frame) shortNilCheck(i int, sp int64) int {
	const call = 9 // after push, and the parameter 0
	if f.nilCheck.panics == none || !f.is(i+call-1, opI32Const, 0) || !f.is(i+call, opCall, int64(f.nilCheck.panics)) ||
		!f.is(i+call+1, opGlobalGet, GlobalSP) || !f.is(i+call+2, opLocalSet, localSP) ||
		i+call+3 >= len(f.code) || f.code[i+call+3].op != opBrIf || sp != home {
		return 0
	}
	f.out = appendS64(append(f.out, opI64Const), f.code[i+6].arg)
	f.out = appendU32(append(f.out, opCall), f.nilCheck.helper)
	f.out = appendU32(append(f.out, opBr), uint32(f.code[i+call+3].arg))
	return call + 4
}
