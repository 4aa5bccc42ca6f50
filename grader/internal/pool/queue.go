package pool

import (
	"fmt"
	"sync"
	"time"
)

// A queue hands out jobs. A runner stays with its batch as long as the batch has jobs, since starting a process for
// another batch takes longer than many a job.
type queue[J, A any] struct {
	mu      sync.Mutex
	batches []*batchQueue[J, A]
}

// A batchQueue is what is left of a batch.
type batchQueue[J, A any] struct {
	Batch[J, A]
	left    int           // jobs
	used    time.Duration // processor time
	workers int           // that do its jobs

	done, lost int    // jobs
	why        string // why the last was lost
}

// maxLost is how many jobs of a batch may be lost. If the lost jobs are then at least half of the jobs that are done,
// the remaining jobs are lost, too: each would take as long.
const maxLost = 3

func newQueue[J, A any](batches []Batch[J, A]) *queue[J, A] {
	q := new(queue[J, A])
	for _, b := range batches {
		q.batches = append(q.batches, &batchQueue[J, A]{Batch: b, left: b.Len, used: b.Budget.Used})
	}
	return q
}

// next takes a job for a runner, whose last job was of the batch before (nil: it had none). It returns the batch of the
// job, or nil if there are no more jobs. todo is false if the job is skipped, of which the batch has been told.
func (q *queue[J, A]) next(before *batchQueue[J, A]) (job J, now *batchQueue[J, A], todo bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now = before
	for _, b := range q.batches {
		b.stop()
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
	case now.lost >= maxLost && 2*now.lost >= now.done:
		why := fmt.Sprintf("not tried, because %d earlier runs could not be played; the last of them: %s",
			maxLost, now.why)
		now.Done(Outcome[J, A]{Job: job, Skipped: true, Lost: why})
	case now.Skip != nil && now.Skip(job):
		now.Done(Outcome[J, A]{Job: job, Skipped: true})
	default:
		todo = true
	}
	return job, now, todo
}

// neediest returns the batch to work for: the first without workers, or else the one with the most jobs a worker.
func (q *queue[J, A]) neediest() *batchQueue[J, A] {
	var best *batchQueue[J, A]
	for _, b := range q.batches {
		switch {
		case b.left == 0:
		case b.workers == 0:
			return b
		case best == nil || b.left*best.workers > best.left*b.workers:
			best = b
		}
	}
	return best
}

// stop drops the jobs that are left if the budget is used up.
func (b *batchQueue[J, A]) stop() {
	if b.Budget.Limit == 0 || b.used < b.Budget.Limit || b.left == 0 {
		return
	}
	left := b.left
	b.left = 0
	b.Budget.Spent(left)
}

// ended records the outcome of a job.
func (q *queue[J, A]) ended(b *batchQueue[J, A], out Outcome[J, A]) {
	q.mu.Lock()
	defer q.mu.Unlock()
	b.done++
	b.used += out.CPU
	if out.Lost != "" {
		b.lost++
		b.why = out.Lost
	}
	b.Done(out)
}
