package pool

import (
	"fmt"
	"sync"
	"time"
)

// A queue hands out jobs. Who has worked for a batch goes on with it while there is something to do, since a process
// for another one takes longer to start than many a job.
type queue[J, A any] struct {
	mu   sync.Mutex
	lots []*lot[J, A]
}

// A lot is what is left of a batch.
type lot[J, A any] struct {
	Batch[J, A]
	left    int           // jobs
	used    time.Duration // processor time
	workers int           // that are at it

	done, lost int    // jobs
	why        string // the last of them was lost
}

// patience is how many jobs of a batch may be lost. If that is half of those that are done or more the rest is lost,
// too: each would take as long.
const patience = 3

func newQueue[J, A any](batches []Batch[J, A]) *queue[J, A] {
	q := new(queue[J, A])
	for _, b := range batches {
		q.lots = append(q.lots, &lot[J, A]{Batch: b, left: b.Len, used: b.Budget.Used})
	}
	return q
}

// next takes a job for who was at the lot before, or at none if that is nil, and returns the lot it is of, or nil if
// there are no more. todo is false if the job is not worth doing, as its batch was told.
func (q *queue[J, A]) next(before *lot[J, A]) (job J, now *lot[J, A], todo bool) {
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
			return job, nil, false
		}
		now.workers++
	}
	now.left--
	job = now.Next()
	switch {
	case now.lost >= patience && 2*now.lost >= now.done:
		why := fmt.Sprintf("not tried, because %d earlier runs could not be played; the last of them: %s", patience, now.why)
		now.Done(Outcome[J, A]{Job: job, Skipped: true, Lost: why})
	case now.Skip != nil && now.Skip(job):
		now.Done(Outcome[J, A]{Job: job, Skipped: true})
	default:
		todo = true
	}
	return job, now, todo
}

// neediest returns the lot to go to: the first that nobody is at, or else the one with the most jobs for each worker.
func (q *queue[J, A]) neediest() *lot[J, A] {
	var best *lot[J, A]
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
func (l *lot[J, A]) stop() {
	if l.Budget.Limit == 0 || l.used < l.Budget.Limit || l.left == 0 {
		return
	}
	left := l.left
	l.left = 0
	l.Budget.Spent(left)
}

// ended takes in what came of a job of a lot.
func (q *queue[J, A]) ended(l *lot[J, A], out Outcome[J, A]) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l.done++
	l.used += out.CPU
	if out.Lost != "" {
		l.lost++
		l.why = out.Lost
	}
	l.Done(out)
}
