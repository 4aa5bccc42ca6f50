package wasmbin

import (
	"bytes"
	"encoding/gob"
	"fmt"
)

// fileHeader starts a prepared module in a file. No WebAssembly starts like that.
const fileHeader = "raftlab prepared module\n"

// Bytes returns the module in a form that Parse reads.
func (p *Prepared) Bytes() []byte {
	b := bytes.NewBufferString(fileHeader)
	if err := gob.NewEncoder(b).Encode(p); err != nil {
		panic(fmt.Sprintf("wasmbin: encoding a module: %v", err)) // memory has no errors
	}
	return b.Bytes()
}

// Parse returns a prepared module from what Bytes returned, or prepares a command.
func Parse(data []byte) (*Prepared, error) {
	data, ok := bytes.CutPrefix(data, []byte(fileHeader))
	if !ok {
		return Prepare(data)
	}
	p := new(Prepared)
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(p); err != nil {
		return nil, fmt.Errorf("prepared module: %w", err)
	}
	return p, nil
}
