package history

// Name says what is wrong with a history.
type Name string

// What can be wrong with the history of either store.
const (
	// Lost: a write had returned, and no later Get shows it.
	Lost Name = "lost"
	// Stale: a write had returned and others have seen it, and a Get called later does not show it.
	Stale Name = "stale read"
	// WentBack: a Get shows less than another had shown before it was called.
	WentBack Name = "went back"
	// OutOfOrder: two writes had their effects in another order than their calls and returns allow.
	OutOfOrder Name = "out of order"
	// NeverWritten: a Get shows what nobody wrote.
	NeverWritten Name = "never written"
	// Premature: a Get shows a write that was called only after the Get had returned.
	Premature Name = "read before it was written"
)

// What can be wrong with the history of a classic store.
const (
	// Doubled: a write had its effect twice.
	Doubled Name = "doubled"
	// Forked: two Gets show different values, of which neither is older than the other.
	Forked Name = "two histories"
	// NotReplaced: a Put left what was there before it.
	NotReplaced Name = "Put did not replace"
	// NoOrder: there is no order of all operations; porcupine found none.
	NoOrder Name = "no order"
)

// What can be wrong with the history of a versioned store.
const (
	// TwoPuts: two Puts at one version had an effect.
	TwoPuts Name = "two Puts at one version"
	// FalseError: a Put had an effect, and its clerk returned ErrVersion or ErrNoKey.
	FalseError Name = "an error though it took effect"
	// NoReason: a clerk returned ErrVersion or ErrMaybe, but from the Put's call to its return the key had its version.
	NoReason Name = "ErrVersion at the right version"
	// Vanished: ErrNoKey for a key that was there.
	Vanished Name = "ErrNoKey for a key that is there"
	// NoVersion: a version that no Put made.
	NoVersion Name = "version that no Put made"
	// WrongAnswer: a method returned an error, or a version, that it never returns.
	WrongAnswer Name = "wrong answer"
)
