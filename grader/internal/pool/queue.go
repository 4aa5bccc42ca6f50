package pool

import (
	"sync"
	"time"

	"raftlab/src/cluster"
)

// A queue hands out jobs. Who has worked for an implementation goes on with it while there
// is something to do, since a process for another one takes longer to start than many a run.
type queue struct {
	mu   sync.Mutex
	lots []*lot
}

// A lot is the jobs of an implementation.
type lot struct {
	Batch
	left    int           // jobs
	used    time.Duration // processor time
	workers int           // that are at it

	done, never int    // runs, and those of them that had to be ended
	lost        int    // runs that could not be played
	why         string // that is so of the last of them
}

// patience is how many runs of an implementation may have to be ended: because
// they would not by themselves, or asked for too much. If that is half of its
// runs or more the rest is skipped: each would take as long. It is the same with
// runs that cannot be played.
const patience = 3

func newQueue(batches []Batch) *queue {
	q := new(queue)
	for _, b := range batches {
		q.lots = append(q.lots, &lot{Batch: b, left: b.Len, used: b.Used})
	}
	return q
}

// next takes a job for who was at the lot before, or at none if that is nil, and returns the lot it is
// of, or nil if there are no more. given says why it is not to be run, if so.
func (q *queue) next(before *lot) (j Job, now *lot, given loss) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now = before
	for _, l := range q.lots {
		l.stop()
	}
	if now == nil || now.left == 0 {
		if now != nil {
			now.workers--
		}
		if now = q.neediest(); now == nil {
			return Job{}, nil, loss{}
		}
		now.workers++
	}
	now.left--
	j = now.Next()
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
		case l.left == 0:
		case l.workers == 0:
			return l
		case best == nil || l.left*best.workers > best.left*l.workers:
			best = l
		}
	}
	return best
}

// stop drops the jobs that are left if the budget is used up.
func (l *lot) stop() {
	if l.Budget == 0 || l.used < l.Budget || l.left == 0 {
		return
	}
	left := l.left
	l.left = 0
	l.Spent(left)
}

// ended notes what came of a run.
func (q *queue) ended(l *lot, out Outcome) {
	q.mu.Lock()
	defer q.mu.Unlock()
	r := out.Result
	l.done++
	l.used += out.CPU
	if r.GraderError != "" {
		l.lost++
		l.why = r.GraderError
	}
	if f := r.Failure; f != nil && (f.Kind == cluster.Timeout || f.Kind == cluster.Resource) {
		l.never++
	}
}
