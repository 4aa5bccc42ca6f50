package logview

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// widths measures runes by Unicode alone, not by the locale.
var widths = &runewidth.Condition{StrictEmojiNeutral: true}

// isPlain reports whether b is printable ASCII, and so appendVisible changes
// nothing in it.
func isPlain(b []byte) bool {
	for _, c := range b {
		if c < 0x20 || c > 0x7e {
			return false
		}
	}
	return true
}

// appendVisible appends b with control characters other than tabs, and bytes
// that are not UTF-8, in the form \x1b, and invisible characters in the form
// \u202e. They would let a log move the cursor or change the colours of a
// terminal, hide text, or show it in another order.
func appendVisible(dst, b []byte) []byte {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == '\t':
			dst = append(dst, '\t')
		case r < 0x20 || 0x7f <= r && r < 0xa0 || r == utf8.RuneError && n == 1:
			for _, c := range b[:n] {
				dst = fmt.Appendf(dst, `\x%02x`, c)
			}
		case unicode.Is(unicode.Cf, r) && r != joiner:
			dst = fmt.Appendf(dst, `\u%04x`, r)
		default:
			dst = append(dst, b[:n]...)
		}
		b = b[n:]
	}
	return dst
}

// joiner is ZERO WIDTH JOINER, which joins several emoji into one.
const joiner = '\u200d'

// width returns the number of cells that b takes on a terminal.
func width(b []byte) int {
	w := 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			w++
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		w += widths.RuneWidth(r)
		i += n
	}
	return w
}

// wrap cuts the first row of at most max cells from b, after a space if there
// is one in the row's last two thirds, else in the middle of a word. It cuts at
// least one rune, even if that is wider than max. Spaces at the cut belong to
// neither row nor rest.
func wrap(b []byte, max int) (row, rest []byte, rowWidth int) {
	cut, w, space := 0, 0, 0
	for cut < len(b) {
		r, n := utf8.DecodeRune(b[cut:])
		rw := 1
		if r >= utf8.RuneSelf {
			rw = widths.RuneWidth(r)
		}
		if w+rw > max && cut > 0 && r != ' ' {
			if space > cut/3 {
				cut = space
			}
			break
		}
		w += rw
		cut += n
		if r == ' ' {
			space = cut
		}
	}
	row, rest = trimRight(b[:cut]), b[cut:]
	for len(rest) > 0 && rest[0] == ' ' {
		rest = rest[1:]
	}
	return row, rest, width(row)
}

func trimRight(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == ' ' {
		b = b[:len(b)-1]
	}
	return b
}

// appendSpaces appends n spaces, none if n is negative.
func appendSpaces(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, ' ')
	}
	return dst
}
