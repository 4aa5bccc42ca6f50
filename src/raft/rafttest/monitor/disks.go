package monitor

import "bytes"

// disks is the view of what was saved, and when. What the bytes mean it cannot read.
type disks struct {
	used    bool // something was saved: without, there is no persistence that could be wrong
	servers []disk
}

type disk struct {
	saved           int // when the disk changed last
	written         int // when something was written last, if only what was there before
	state, snapshot []byte
}

func newDisks(servers int) disks { return disks{servers: make([]disk, servers)} }

// saved: what is written again changes nothing.
func (d *disks) saved(server, now int, state, snapshot []byte) {
	d.used = true
	k := &d.servers[server]
	k.written = now
	if k.saved == 0 || !bytes.Equal(state, k.state) || !bytes.Equal(snapshot, k.snapshot) {
		k.state, k.snapshot, k.saved = state, snapshot, now
	}
}
