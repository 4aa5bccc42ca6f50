package logline

import "strings"

type clue struct {
	topic Topic
	weak  bool
}

// clues maps words to the topics that they speak for.
var clues = func() map[string]clue {
	m := make(map[string]clue)
	for t, info := range topics {
		for _, w := range strings.Fields(info.strong) {
			m[w] = clue{Topic(t), false}
		}
		for _, w := range strings.Fields(info.weak) {
			m[w] = clue{Topic(t), true}
		}
	}
	return m
}()

const longestClue = 20

// Guess returns the topic of which the words of text speak, Info if of none.
// "sendRequestVote" is three words.
func Guess(text []byte) Topic {
	var weak [NumTopics]bool
	for i := 0; i < len(text); {
		if !isLetter(text[i]) {
			i++
			continue
		}
		n := wordLen(text[i:])
		var buf [longestClue]byte
		if n <= longestClue {
			if c, ok := clues[string(lower(buf[:0], text[i:i+n]))]; ok {
				if !c.weak {
					return c.topic
				}
				weak[c.topic] = true
			}
		}
		i += n
	}
	for _, t := range weakOrder {
		if weak[t] {
			return t
		}
	}
	return Info
}

// wordLen returns the length of the word that b begins with: letters of one
// case, or small ones behind a capital.
func wordLen(b []byte) int {
	n := 1
	for isUpper(b[0]) && n < len(b) && isUpper(b[n]) {
		n++
	}
	if n > 1 {
		if n < len(b) && isLetter(b[n]) {
			n-- // "RPCReply": the last capital begins the next word
		}
		return n
	}
	for n < len(b) && isLetter(b[n]) && !isUpper(b[n]) {
		n++
	}
	return n
}
