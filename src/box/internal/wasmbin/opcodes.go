package wasmbin

import "errors"

// Some opcodes.
const (
	opUnreachable = 0x00
	opNop         = 0x01
	opBlock       = 0x02
	opLoop        = 0x03
	opIf          = 0x04
	opElse        = 0x05
	opEnd         = 0x0b
	opBr          = 0x0c
	opBrIf        = 0x0d
	opBrTable     = 0x0e
	opReturn      = 0x0f
	opCall        = 0x10
	opDrop        = 0x1a
	opSelect      = 0x1b
	opLocalGet    = 0x20
	opLocalSet    = 0x21
	opLocalTee    = 0x22
	opGlobalGet   = 0x23
	opGlobalSet   = 0x24
	opI32Load     = 0x28
	opI32Load8    = 0x2d
	opI64Load32U  = 0x35
	opI32Store    = 0x36
	opI64Store    = 0x37
	opI64Store32  = 0x3e
	opI32Const    = 0x41
	opI64Const    = 0x42
	opF64Const    = 0x44
	opI32Eqz      = 0x45
	opI32Eq       = 0x46
	opI64Eqz      = 0x50
	opI64Ne       = 0x52
	opI32Add      = 0x6a
	opI32Sub      = 0x6b
	opI32Mul      = 0x6c
	opI64Add      = 0x7c
	opI64Or       = 0x84
	opI32Wrap     = 0xa7
	opI64Extend   = 0xad
	noType        = 0x40
)

var errOpcode = errors.New("unknown instruction")

// skipImmediates reads what follows the opcode of an instruction.
func skipImmediates(r *reader, op byte) {
	switch {
	case op >= opBlock && op <= opIf:
		r.s64()
	case op == opBr || op == opBrIf || op == opCall || op >= opLocalGet && op <= 0x26 ||
		op == 0x3f || op == 0x40 || op == 0xd2:
		r.u32()
	case op == opBrTable:
		for range r.count() {
			r.u32()
		}
		r.u32()
	case op == 0x11 || op >= 0x28 && op <= 0x3e:
		r.u32()
		r.u32()
	case op == 0x1c:
		r.bytes(r.u32())
	case op == opI32Const || op == opI64Const:
		r.s64()
	case op == 0x43:
		r.bytes(4)
	case op == 0x44:
		r.bytes(8)
	case op == 0xd0:
		r.byte()
	case op == 0xfc:
		switch sub := r.u32(); {
		case sub < 8:
		case sub == 8 || sub == 10 || sub == 12 || sub == 14:
			r.u32()
			r.u32()
		case sub < 18:
			r.u32()
		default:
			r.fail(errOpcode)
		}
	case op == opUnreachable || op == opNop || op == opElse || op == opEnd || op == opReturn ||
		op == opDrop || op == opSelect || op >= opI32Eqz && op <= 0xc4 || op == 0xd1:
	default:
		r.fail(errOpcode)
	}
}

// width is how many bytes of memory an instruction uses.
func width(op byte) uint32 {
	switch op {
	case 0x29, 0x2b, opI64Store, 0x39:
		return 8
	case opI32Load, 0x2a, 0x34, opI64Load32U, opI32Store, 0x38, opI64Store32:
		return 4
	case 0x2e, 0x2f, 0x32, 0x33, 0x3b, 0x3d:
		return 2
	}
	return 1
}

// arity is how many values an instruction pops and pushes. Not all are known.
func arity(op byte) (pops, pushes int, ok bool) {
	switch {
	case op == opNop:
		return 0, 0, true
	case op == opLocalGet || op == opGlobalGet || op >= opI32Const && op <= opF64Const:
		return 0, 1, true
	case op == opDrop || op == opLocalSet || op == opGlobalSet:
		return 1, 0, true
	case op == opSelect:
		return 3, 1, true
	case op == opLocalTee || op >= opI32Load && op <= opI64Load32U:
		return 1, 1, true
	case op >= opI32Store && op <= opI64Store32:
		return 2, 0, true
	// Of one operand: bits, floats, conversions.
	case op == opI32Eqz || op == opI64Eqz || op >= 0x67 && op <= 0x69 || op >= 0x79 && op <= 0x7b ||
		op >= 0x8b && op <= 0x91 || op >= 0x99 && op <= 0x9f || op >= opI32Wrap && op <= 0xc4:
		return 1, 1, true
	case op > opI32Eqz && op < opI32Wrap:
		return 2, 1, true
	}
	return 0, 0, false
}
