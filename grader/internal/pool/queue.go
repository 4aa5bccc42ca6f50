package pool

import (
	"sync"

	"raftlab/src/raft/rafttest"
)

// A queue hands out jobs. Who has worked for an implementation goes on with it while there
// is something to do, since a process for another one takes longer to start than many a run.
type queue struct {
	mu   sync.Mutex
	lots []*lot
}

// A lot is the jobs of an implementation.
type lot struct {
	jobs    []Job
	workers int // that are at it

	done, never int    // runs, and those of them that had to be ended
	lost        int    // runs that could not be played
	why         string // that is so of the last of them
}

// patience is how many runs of an implementation may have to be ended: because
// they would not by themselves, or asked for too much. If that is half of its
// runs or more the rest is skipped: each would take as long. It is the same with
// runs that cannot be played.
const patience = 3

func newQueue(jobs []Job) *queue {
	q := new(queue)
	byImpl := make(map[int]*lot)
	for _, j := range jobs {
		l := byImpl[j.Impl]
		if l == nil {
			l = new(lot)
			byImpl[j.Impl] = l
			q.lots = append(q.lots, l)
		}
		l.jobs = append(l.jobs, j)
	}
	return q
}

// next takes a job for who was at the lot before, or at none if that is nil, and returns the lot it is
// of, or nil if there are no more. given says why it is not to be run, if so.
func (q *queue) next(before *lot) (j Job, now *lot, given loss) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now = before
	if now == nil || len(now.jobs) == 0 {
		if now != nil {
			now.workers--
		}
		if now = q.neediest(); now == nil {
			return Job{}, nil, loss{}
		}
		now.workers++
	}
	j = now.jobs[0]
	now.jobs = now.jobs[1:]
	given.hopeless = now.never >= patience && 2*now.never >= now.done
	if now.lost >= patience && 2*now.lost >= now.done {
		given.lost = now.why
	}
	return j, now, given
}

// neediest returns the lot to go to: the first that nobody is at, or else the one with the most jobs for
// each worker.
func (q *queue) neediest() *lot {
	var best *lot
	for _, l := range q.lots {
		switch {
		case len(l.jobs) == 0:
		case l.workers == 0:
			return l
		case best == nil || len(l.jobs)*best.workers > len(best.jobs)*l.workers:
			best = l
		}
	}
	return best
}

// ended notes what came of a run.
func (q *queue) ended(l *lot, r rafttest.Result) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l.done++
	if r.GraderError != "" {
		l.lost++
		l.why = r.GraderError
	}
	if f := r.Failure; f != nil && (f.Kind == rafttest.Timeout || f.Kind == rafttest.Resource) {
		l.never++
	}
}
