package monitor

import (
	"go/token"
	"reflect"
	"slices"
	"strings"

	"raftlab/src/labgob"
)

// The names that a field goes by, Figure 2's first, as plain has them. A field is known by one of them only if the
// messages' definitions have it, and it is of the right kind.
var (
	termNames         = []string{"term", "currentterm", "candidateterm", "leaderterm", "curterm"}
	candidateNames    = []string{"candidateid", "candidate", "candidateindex", "candidateidx"}
	leaderNames       = []string{"leaderid", "leader", "leaderindex", "leaderidx"}
	prevNames         = []string{"prevlogindex", "previndex", "prelogindex", "prevlogidx", "previouslogindex", "previdx"}
	prevTermNames     = []string{"prevlogterm", "prevterm", "prelogterm", "previouslogterm"}
	lastNames         = []string{"lastlogindex", "lastindex", "lastlogidx", "lastidx"}
	lastTermNames     = []string{"lastlogterm", "lastterm"}
	grantedNames      = []string{"votegranted", "granted", "isvotegranted", "votedgranted", "grantvote", "grantedvote"}
	successNames      = []string{"success"}
	matchNames        = []string{"success", "matchindex"}
	snapshotNames     = []string{"lastincludedindex", "lastincludeindex", "lastsnapshotindex", "snapshot", "data"}
	snapshotTermNames = []string{"lastincludedterm", "lastincludeterm", "lastsnapshotterm"}
	preVoteNames      = []string{"prevote", "isprevote", "preelection", "pre", "ispre"}
	sortNames         = []string{"type", "votetype", "requesttype", "reqtype", "kind", "votekind", "phase", "stage",
		"mode"}
	commitNames = []string{"leadercommit", "leadercommitindex", "commitindex", "leadercommitidx", "leadercommited",
		"leadercommitted"}
	entriesNames = []string{"entries", "logentries", "logs", "log", "entry", "newentries"}

	// What says that a reply is one, beside a flag that says yes.
	validNames = []string{"valid", "isvalid"}

	// What says yes to a request for a vote, or to an AppendEntries, if it is a flag.
	yesNames = []string{
		"voted", "vote", "votefor", "votedfor", "voteforyou", "isvoted", "hasvoted", "isgranted", "grant",
		"agree", "agreed", "accept", "accepted", "approve", "approved", "support", "success", "succeed", "ok", "yes",
		"result",
	}
	storedNames = []string{
		"succ", "succeed", "succeeded", "successful", "issuccess", "issucceed", "successed", "match", "matched",
		"appended",
	}
)

// plain is a name without what is a matter of style.
func plain(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// Fields are those of a message, and not of the kinds of which none can be read.
type fields []labgob.Field

// fieldsOf drops names that no Go program sends: messages come from strangers.
func fieldsOf(described []labgob.Field) fields {
	var fs fields
	for _, f := range described {
		sound := token.IsIdentifier(f.Name) && token.IsExported(f.Name) && len(f.Name) <= 100
		if sound && fs.index(f.Name) < 0 && len(fs) < 50 {
			fs = append(fs, f)
		}
	}
	return fs
}

func (fs fields) index(name string) int {
	return slices.IndexFunc(fs, func(f labgob.Field) bool { return f.Name == name })
}

// have reports whether these fields are among them, each of its kind.
func (fs fields) have(these fields) bool {
	return !slices.ContainsFunc(these, func(f labgob.Field) bool {
		i := fs.index(f.Name)
		return i < 0 || fs[i].Type.Kind != f.Type.Kind
	})
}

// find returns the name of the field that goes by one of these names, of the first that there is.
func (fs fields) find(names []string) string {
	for _, n := range names {
		for _, f := range fs {
			if plain(f.Name) == n {
				return f.Name
			}
		}
	}
	return ""
}

// named reports whether a field of some kind goes by one of these names.
func (fs fields) named(names []string) bool { return fs.find(names) != "" }

// where returns the fields for which that holds.
func (fs fields) where(holds func(labgob.Field) bool) fields {
	return slices.DeleteFunc(slices.Clone(fs), func(f labgob.Field) bool { return !holds(f) })
}

// of returns the fields of a kind.
func (fs fields) of(is func(labgob.Type) bool) fields {
	return fs.where(func(f labgob.Field) bool { return is(f.Type) })
}

// but returns the fields whose names none of these is.
func (fs fields) but(lists ...[]string) fields {
	return fs.where(func(f labgob.Field) bool { return !slices.Contains(slices.Concat(lists...), plain(f.Name)) })
}

// among returns the fields whose names are among these.
func (fs fields) among(names []string) fields {
	return fs.where(func(f labgob.Field) bool { return slices.Contains(names, plain(f.Name)) })
}

// saying returns the fields in whose names a word is.
func (fs fields) saying(word string) fields {
	return fs.where(func(f labgob.Field) bool { return strings.Contains(plain(f.Name), word) })
}

// without returns the fields in whose names none of these words is.
func (fs fields) without(words ...string) fields {
	return fs.where(func(f labgob.Field) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(plain(f.Name), w) })
	})
}

// only returns the name of the one field that there is, or nothing.
func (fs fields) only() string {
	if len(fs) == 1 {
		return fs[0].Name
	}
	return ""
}

func (fs fields) names() []string {
	var names []string
	for _, f := range fs {
		names = append(names, f.Name)
	}
	return names
}

func isInteger(t labgob.Type) bool { return t.Kind == reflect.Int || t.Kind == reflect.Uint }
func isFlag(t labgob.Type) bool    { return t.Kind == reflect.Bool }
func isAny(t labgob.Type) bool     { return t.Kind == reflect.Interface }
func isRecords(t labgob.Type) bool { return t.Kind == reflect.Slice && t.Elem == reflect.Struct }

// isBulk: more than a few numbers, in which log entries may be.
func isBulk(t labgob.Type) bool {
	switch t.Kind {
	case reflect.Slice, reflect.Array, reflect.Map, reflect.Struct, reflect.Interface, reflect.String, reflect.Invalid:
		return true
	}
	return false
}
