package codec_test

import (
	"bytes"
	"errors"
	"testing"

	"raftlab/src/codec"
)

func TestFields(t *testing.T) {
	b := codec.AppendBool(nil, true)
	b = codec.AppendInt(b, -1<<63)
	b = codec.AppendUint(b, 1<<64-1)
	b = codec.AppendBytes(b, "text")
	b = codec.AppendBytes(b, []byte(nil))
	b = append(b, "rest"...)
	r := codec.NewReader(b)
	if v := r.Bool(); !v {
		t.Error(v)
	}
	if v := r.Int(); v != -1<<63 {
		t.Error(v)
	}
	if v := r.Uint(); v != 1<<64-1 {
		t.Error(v)
	}
	if v := r.Bytes(); string(v) != "text" || cap(v) != len(v) {
		t.Errorf("%q, of capacity %d", v, cap(v))
	}
	if v := r.Bytes(); len(v) != 0 {
		t.Error(v)
	}
	if err := r.Err(); !errors.Is(err, codec.ErrMalformed) {
		t.Errorf("something is left: %v", err)
	}
	if v := r.Rest(); string(v) != "rest" {
		t.Error(v)
	}
	if err := r.Err(); err != nil {
		t.Error(err)
	}
}

// What is not there is zero, and so is all that follows.
func TestMissingFields(t *testing.T) {
	for name, test := range map[string]struct {
		message []byte
		take    func(r *codec.Reader)
	}{
		"a byte":               {nil, func(r *codec.Reader) { r.Byte() }},
		"a bool":               {[]byte{2}, func(r *codec.Reader) { r.Bool() }},
		"an integer":           {[]byte{0x80}, func(r *codec.Reader) { r.Int() }},
		"an unsigned integer":  {append(bytes.Repeat([]byte{0xff}, 9), 2), func(r *codec.Reader) { r.Uint() }},
		"bytes":                {[]byte{3, 'a', 'b'}, func(r *codec.Reader) { r.Bytes() }},
		"more bytes than ever": {append(bytes.Repeat([]byte{0xff}, 9), 1, 'a'), func(r *codec.Reader) { r.Bytes() }},
	} {
		r := codec.NewReader(test.message)
		test.take(&r)
		if v := r.Uint(); name != "a bool" && v != 0 {
			t.Errorf("%s: then %d", name, v)
		}
		if err := r.Err(); !errors.Is(err, codec.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
