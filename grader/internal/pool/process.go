package pool

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"raftlab/src/cputime"
)

// A process is a worker that does one job after another.
type process struct {
	args    []string
	cmd     *exec.Cmd
	jobs    *json.Encoder
	answers *json.Decoder
	files   []io.Closer // log and the ends of its pipes
	log     *os.File    // its standard output and error
	exited  chan struct{}
}

// start starts a worker. Standard output and error go to a file: what a process printed before it died is all there.
func start(args []string) (_ *process, err error) {
	var ours, its []io.Closer // ends of pipes and the like
	defer func() {
		closeAll(its)
		if err != nil {
			closeAll(ours)
			err = fmt.Errorf("no worker could be started: %w", err)
		}
	}()
	log, err := newLog()
	if err != nil {
		return nil, err
	}
	ours = append(ours, log)
	jobsRead, jobsWrite, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ours, its = append(ours, jobsWrite), append(its, jobsRead)
	answersRead, answersWrite, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ours, its = append(ours, answersRead), append(its, answersWrite)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = os.TempDir() // whatever the code under test writes into the working directory
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{jobsRead, answersWrite} // where package worker expects them
	cmd.Env = append(os.Environ(), "GORACE=halt_on_error=1 atexit_sleep_ms=0", "GOTRACEBACK=all")
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{
		args:    args,
		cmd:     cmd,
		jobs:    json.NewEncoder(jobsWrite),
		answers: json.NewDecoder(answersRead),
		files:   ours,
		log:     log,
		exited:  make(chan struct{}),
	}
	go func() {
		cmd.Wait() // ProcessState has what there is to know
		close(p.exited)
	}()
	return p, nil
}

func closeAll(list []io.Closer) {
	for _, c := range list {
		c.Close()
	}
}

// close ends the process and waits for it.
func (p *process) close() {
	p.kill()
	closeAll(p.files)
}

// kill ends the process and waits for it, but leaves its files open.
func (p *process) kill() {
	p.cmd.Process.Kill() // fails if it has ended, which is as good
	<-p.exited
}

// cpu returns the processor time that the process has used, and true if the system says so; otherwise it is what the
// process itself has reported.
func (p *process) cpu(told time.Duration) (used time.Duration, known bool) {
	if used, ok := cputime.Of(p.cmd.Process.Pid); ok {
		return used, true
	}
	return told, false
}
