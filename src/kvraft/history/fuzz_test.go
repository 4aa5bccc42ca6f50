package history

import (
	"testing"

	"raftlab/src/kvraft"
)

// decode makes a history of any bytes: up to 9 operations of three clerks, whose values have up to 4 letters.
func decode(model Model, data []byte) (history []Op) {
	next := func() int {
		if len(data) == 0 {
			return 0
		}
		b := data[0]
		data = data[1:]
		return int(b)
	}
	open := [3]int{-1, -1, -1}
	for event := int64(1); len(data) > 0; event++ {
		b := next()
		clerk := b % 3
		if i := open[clerk]; i >= 0 {
			op := &history[i]
			open[clerk], op.Return = -1, event
			if model == Versioned {
				op.Err = []kvraft.Err{kvraft.OK, kvraft.OK, kvraft.ErrVersion, kvraft.ErrNoKey, kvraft.ErrMaybe}[b/3%5]
			}
			if op.Method == Get {
				op.Version = kvraft.Version(next() % 8)
				for range b / 16 % 5 {
					op.Value += string(rune('a' + next()%10))
				}
			}
			continue
		}
		if len(history) == 9 {
			continue
		}
		op := Op{Clerk: clerk, Key: "k", Method: []Method{Get, Put, Append}[b/3%3], Call: event}
		if model == Versioned && op.Method == Append {
			op.Method = Put
		}
		if op.write() {
			op.Value = string(rune('a' + len(history))) // Another for each, unless the next byte is a special one.
			v := next()
			op.Version = kvraft.Version(v % 8)
			if v > 224 {
				op.Value = []string{"", "a", "ab"}[v%3]
			}
		}
		open[clerk] = len(history)
		history = append(history, op)
	}
	return history
}

// FuzzCheck compares verdicts with porcupine's.
func FuzzCheck(f *testing.F) {
	f.Add([]byte("\x03\x00\x03\x00\x10\x00\x00"), false)
	f.Add([]byte("\x03\x00\x03\x00\x10\x01\x00"), true)
	f.Fuzz(func(t *testing.T, data []byte, versioned bool) {
		model := Classic
		if versioned {
			model = Versioned
		}
		if len(data) < 64 {
			agree(t, model, decode(model, data))
		}
	})
}
