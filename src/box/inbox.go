package box

// keepInbox is the space that an empty inbox keeps.
const keepInbox = 1 << 20

// An inbox is a queue of frames.
type inbox struct {
	buf  []byte // the frames, one after another
	lens []int  // their lengths
	off  int    // start of the first in buf
	head int    // index of the first in lens
}

func (q *inbox) empty() bool { return q.head == len(q.lens) }

func (q *inbox) push(frame []byte) {
	if q.off > keepInbox && q.off > len(q.buf)/2 {
		q.buf = q.buf[:copy(q.buf, q.buf[q.off:])]
		q.lens = q.lens[:copy(q.lens, q.lens[q.head:])]
		q.off, q.head = 0, 0
	}
	q.buf = append(q.buf, frame...)
	q.lens = append(q.lens, len(frame))
}

// front returns the first frame, which is valid until the next push.
func (q *inbox) front() []byte { return q.buf[q.off : q.off+q.lens[q.head]] }

// consume drops the first n bytes of the first frame, and the frame if that is all of it.
func (q *inbox) consume(n int) {
	q.off += n
	if q.lens[q.head] -= n; q.lens[q.head] > 0 {
		return
	}
	if q.head++; q.head == len(q.lens) {
		q.off, q.head, q.lens = 0, 0, q.lens[:0]
		if q.buf = q.buf[:0]; cap(q.buf) > keepInbox {
			q.buf = nil
		}
	}
}
