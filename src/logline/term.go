package logline

import "iter"

// Terms returns the terms that text mentions, in its order: the number behind
// a T or behind a word that ends in "term", as in "T3", "term 3", "Term:3",
// "currentTerm=3", "term is now 3", "T2 -> T3", "term 2 -> 3".
func Terms(text []byte) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < len(text); {
			if text[i]|0x20 != 't' {
				i++
				continue
			}
			at := termAt(text, i)
			if at == 0 {
				i++
				continue
			}
			for i = at; ; {
				v, n := number(text[i:])
				if n == 0 || n > maxServerDigits {
					break
				}
				if !yield(int(v)) {
					return
				}
				i += n
				next := arrow(text[i:])
				if next == 0 {
					break
				}
				i += next
			}
		}
	}
}

// termAt returns where the number begins whose term is named at text[i], 0 if
// none is.
func termAt(text []byte, i int) int {
	b := text[i:]
	if b[0] == 'T' && (i == 0 || !isLetter(text[i-1]) && text[i-1]-'0' > 9) {
		n := 1
		for n < len(b) && (b[n] == ':' || b[n] == '=') {
			n++
		}
		if n < len(b) && b[n]-'0' <= 9 {
			return i + n
		}
	}
	if len(b) < 5 || b[1]|0x20 != 'e' || b[2]|0x20 != 'r' || b[3]|0x20 != 'm' {
		return 0
	}
	n := 4
	if b[n]|0x20 == 's' {
		n++
	}
	if n < len(b) && isLetter(b[n]) {
		return 0
	}
	for range 3 { // "term", "term is", "term is now"
		for n < len(b) && isJoin(b[n]) {
			n++
		}
		if n < len(b) && b[n]-'0' <= 9 {
			return i + n
		}
		w := n
		for w < len(b) && isLetter(b[w]) {
			w++
		}
		switch string(b[n:w]) {
		case "is", "now", "to", "from", "was", "number", "T":
			n = w
		default:
			return 0
		}
	}
	return 0
}

// isJoin reports whether c may stand between "term" and its number.
func isJoin(c byte) bool {
	switch c {
	case ' ', ':', '=', '#', '(', '[', '{', '"', '\'', '<':
		return true
	}
	return false
}

// arrow returns the length of the arrow, spaces and T up to the next number.
func arrow(b []byte) int {
	n := 0
	skip := func() {
		for n < len(b) && b[n] == ' ' {
			n++
		}
	}
	skip()
	switch rest := b[n:]; {
	case hasPrefix(rest, "->"), hasPrefix(rest, "=>"):
		n += 2
	case hasPrefix(rest, "→"):
		n += len("→")
	default:
		return 0
	}
	skip()
	if n < len(b) && b[n] == 'T' {
		n++
	}
	return n
}
