package monitor

// The kinds of the notes that say what events mean in Raft. [NoteKinds] says what each stands for.
const (
	Election  = "election"
	Vote      = "vote"
	Refuses   = "refuses"
	Leads     = "leads"
	Follows   = "follows"
	Entries   = "entries"
	Heartbeat = "heartbeat"
	Stores    = "stores"
	Commits   = "commits"
	Applies   = "applies"
	Snapshot  = "snapshot"
	Command   = "command"
	Saves     = "saves"
	Answer    = "state"
	Restarts  = "restarts"
)

// The roles of servers, as notes have them.
const (
	Follower  = "follower"
	Candidate = "candidate"
	Leader    = "leader"
)

// A NoteKind is a kind of notes and what it stands for.
type NoteKind struct{ Name, Means string }

// NoteKinds returns all kinds of notes about Raft, in the order in which things come about.
func NoteKinds() []NoteKind {
	return []NoteKind{
		{Election, "a server stands for election, and asks another for its vote"},
		{Vote, "a server votes, for itself or another, or its vote reaches the candidate"},
		{Refuses, "a server refuses its vote, or a leader's entries"},
		{Leads, "a server shows for the first time that it leads a term"},
		{Follows, "a server shows that it is in a later term, or no longer stands or leads; or it hears of a later term"},
		{Command, "a leader accepts a command from the scenario"},
		{Entries, "a leader sends entries of its log"},
		{Heartbeat, "a leader sends an AppendEntries without entries, and what comes of it"},
		{Stores, "a follower says that it has stored entries, or its leader hears that"},
		{Commits, "a majority has said that it has an entry of the leader's term: it is committed"},
		{Applies, "a server applies a command or a snapshot"},
		{Snapshot, "a service takes a snapshot, or a leader's comes to a follower"},
		{Saves, "a server writes to its disk"},
		{Restarts, "a server starts with what is on its disk"},
		{Answer, "what GetState returned"},
	}
}
