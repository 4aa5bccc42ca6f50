package labrpc_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"raftlab/src/labrpc"
)

// The service that the tests call.
type (
	Args  struct{ X int }
	Reply struct{ X string }
	Junk  struct {
		mu   sync.Mutex
		seen []string
	}
)

func (j *Junk) Note(x string, n *int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seen = append(j.seen, x)
	*n = len(j.seen)
}

func (j *Junk) noted() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.seen)
}

func (j *Junk) Number(x int, reply *string) { *reply = fmt.Sprintf("number-%d", x) }

func (j *Junk) Slow(x int, reply *int) {
	time.Sleep(20 * time.Second)
	*reply = -x
}

func (j *Junk) ByPointer(args *Args, reply *Reply) { reply.X = fmt.Sprintf("pointer-%d", args.X) }

func (j *Junk) ByValue(args Args, reply *Reply) { reply.X = fmt.Sprintf("value-%d", args.X) }

func (j *Junk) Hundred(string, *string) {}

func (j *Junk) Long(n int, reply *string) { *reply = strings.Repeat("x", n) }

// unexported and ill-formed methods cannot be called.
func (j *Junk) Helper() int { return 0 }

// setup makes a network with one server and one enabled end.
func setup(t *testing.T, clients int) (*labrpc.Network, []*labrpc.ClientEnd, *Junk) {
	t.Helper()
	net := labrpc.NewNetwork(labrpc.Reliable(), 1, nil)
	t.Cleanup(net.Cleanup)
	junk := new(Junk)
	srv := labrpc.MakeServer()
	srv.AddService(labrpc.MakeService(junk))
	net.AddServer("server", srv)
	var ends []*labrpc.ClientEnd
	for i := range clients {
		ends = append(ends, net.MakeEnd(i))
		net.Connect(i, "server")
		net.Enable(i, true)
	}
	return net, ends, junk
}

func TestBasic(t *testing.T) {
	_, ends, _ := setup(t, 1)
	var s string
	if ok := ends[0].Call("Junk.Number", 111, &s); !ok || s != "number-111" {
		t.Errorf("got %q, %v", s, ok)
	}
	var n int
	if ok := ends[0].Call("Junk.Note", "hello", &n); !ok || n != 1 {
		t.Errorf("got %d, %v", n, ok)
	}
}

func TestTypes(t *testing.T) {
	_, ends, _ := setup(t, 1)
	for method, want := range map[string]string{"Junk.ByPointer": "pointer-7", "Junk.ByValue": "value-7"} {
		for _, args := range []any{Args{7}, &Args{7}} {
			var r Reply
			if ok := ends[0].Call(method, args, &r); !ok || r.X != want {
				t.Errorf("%s(%T): got %q, %v, want %q", method, args, r.X, ok, want)
			}
		}
	}
}

func TestUnknownMethod(t *testing.T) {
	srv := labrpc.MakeServer()
	srv.AddService(labrpc.MakeService(new(Junk)))
	for _, method := range []string{"Junk.Nothing", "Junk.Helper", "Trash.Note", "Junk", ""} {
		func() {
			defer func() {
				if p := fmt.Sprint(recover()); !strings.Contains(p, "labrpc: call of "+method) || !strings.Contains(p, "only [") {
					t.Errorf("%q: panic says %s", method, p)
				}
			}()
			srv.Dispatch(method, nil)
		}()
	}
}

func TestDisconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net, ends, _ := setup(t, 1)
		net.Enable(0, false)
		var s string
		began := time.Now()
		if ends[0].Call("Junk.Number", 1, &s) || s != "" {
			t.Errorf("a disabled end delivered %q", s)
		}
		if took := time.Since(began); took > 7*time.Second {
			t.Errorf("a call to nobody took %v", took)
		}
		net.Enable(0, true)
		if !ends[0].Call("Junk.Number", 2, &s) || s != "number-2" {
			t.Errorf("got %q after enabling", s)
		}
	})
}

// A caller that repeats at once what failed, or what was refused, lets time pass on a virtual clock: nobody is
// there, nobody is there any more, the network has ended, or the answer is not what the caller wants.
func TestRetriesTakeTime(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(*labrpc.Network)
	}{
		{"disabled", func(n *labrpc.Network) { n.Enable(0, false) }},
		{"no replies", func(n *labrpc.Network) { n.EnableReplies(0, false) }},
		{"no server", func(n *labrpc.Network) { n.DeleteServer("server") }},
		{"ended", func(n *labrpc.Network) { n.Cleanup() }},
		{"refused", func(n *labrpc.Network) { n.Hops() }},
	}
	const span = 10 * time.Second
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				net := labrpc.NewNetwork(labrpc.Weather{}, 1, nil)
				if test.name != "ended" {
					defer net.Cleanup()
				}
				srv := labrpc.MakeServer()
				srv.AddService(labrpc.MakeService(new(Junk)))
				net.AddServer("server", srv)
				end := net.MakeEnd(0)
				net.Connect(0, "server")
				net.Enable(0, true)
				test.prepare(net)
				began, calls := time.Now(), 0
				for ; time.Since(began) < span; calls++ {
					if calls == 1_000_000 {
						t.Fatalf("a million calls took %v", time.Since(began))
					}
					var s string
					end.Call("Junk.Number", 1, &s)
				}
				wait := span / time.Duration(calls)
				if test.name != "refused" && (wait < 40*time.Millisecond || wait > 60*time.Millisecond) {
					t.Errorf("each call took %v, expected some 50 ms", wait)
				}
			})
		})
	}
}

// A server that goes while it has a request is missed within a tenth of a second, as in the lab, and not at once.
func TestHangUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net, ends, _ := setup(t, 100)
		var wg sync.WaitGroup
		var mu sync.Mutex
		var sum time.Duration
		deleted := time.Now().Add(time.Second)
		for _, end := range ends {
			wg.Go(func() {
				var n int
				if end.Call("Junk.Slow", 1, &n) {
					t.Error("a deleted server replied")
				}
				mu.Lock()
				defer mu.Unlock()
				sum += time.Since(deleted)
			})
		}
		time.Sleep(time.Second)
		net.DeleteServer("server")
		wg.Wait()
		if mean := sum / 100; mean < 40*time.Millisecond || mean > 60*time.Millisecond {
			t.Errorf("calls failed after %v in the mean, expected some 50 ms", mean)
		}
		time.Sleep(20 * time.Second) // let the handlers return
	})
}

func TestCounts(t *testing.T) {
	net, ends, _ := setup(t, 1)
	for i := range 17 {
		var s string
		ends[0].Call("Junk.Number", i, &s)
	}
	if a, b := net.GetCount("server"), net.GetTotalCount(); a != 17 || b != 17 {
		t.Errorf("17 calls counted as %d and %d", a, b)
	}
}

func TestBytes(t *testing.T) {
	net, ends, _ := setup(t, 1)
	for range 17 {
		var s string
		ends[0].Call("Junk.Hundred", strings.Repeat("x", 284), &s)
	}
	sent := net.GetTotalBytes()
	if sent < 4828 || sent > 6000 {
		t.Errorf("17 requests of 284 bytes counted as %d", sent)
	}
	for range 17 {
		var s string
		ends[0].Call("Junk.Long", 107, &s)
	}
	if got := net.GetTotalBytes() - sent; got < 1800 || got > 2500 {
		t.Errorf("17 replies of 107 bytes counted as %d", got)
	}
}

func TestConcurrentMany(t *testing.T) {
	net, ends, _ := setup(t, 20)
	var wg sync.WaitGroup
	for i, end := range ends {
		wg.Go(func() {
			for j := range 10 {
				var s string
				if want := fmt.Sprintf("number-%d", 100*i+j); !end.Call("Junk.Number", 100*i+j, &s) || s != want {
					t.Errorf("got %q, want %q", s, want)
				}
			}
		})
	}
	wg.Wait()
	if n := net.GetCount("server"); n != 200 {
		t.Errorf("200 calls counted as %d", n)
	}
}

func TestConcurrentOne(t *testing.T) {
	_, ends, junk := setup(t, 1)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			var n int
			if !ends[0].Call("Junk.Note", fmt.Sprint(i), &n) {
				t.Error("a call failed")
			}
		})
	}
	wg.Wait()
	if junk.noted() != 20 {
		t.Errorf("%d of 20 calls were handled", junk.noted())
	}
}

func TestUnreliable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net, ends, _ := setup(t, 300)
		net.Reliable(false)
		var mu sync.Mutex
		var wg sync.WaitGroup
		succeeded := 0
		for i, end := range ends {
			wg.Go(func() {
				var s string
				began := time.Now()
				ok := end.Call("Junk.Number", i, &s)
				if took := time.Since(began); took > 26*time.Millisecond {
					t.Errorf("a call took %v", took)
				}
				if ok {
					mu.Lock()
					succeeded++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		// 0.81 of 300 is 243; six standard deviations are 41.
		if succeeded < 202 || succeeded > 284 {
			t.Errorf("%d of 300 calls succeeded, expected some 243", succeeded)
		}
	})
}

// Calls on a disabled end must not hold up a later one on an enabled end.
func TestRegression1(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net, ends, _ := setup(t, 1)
		net.Enable(0, false)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				var n int
				if ends[0].Call("Junk.Note", "x", &n) {
					t.Error("a disabled end delivered")
				}
			})
		}
		time.Sleep(100 * time.Millisecond)
		began := time.Now()
		net.Enable(0, true)
		var n int
		if !ends[0].Call("Junk.Note", "y", &n) {
			t.Error("an enabled end did not deliver")
		}
		if took := time.Since(began); took > 30*time.Millisecond {
			t.Errorf("the call took %v", took)
		}
		wg.Wait()
	})
}

func TestKilled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net, ends, _ := setup(t, 1)
		failed := make(chan time.Time, 1)
		go func() {
			var n int
			if ends[0].Call("Junk.Slow", 1, &n) {
				t.Error("a deleted server replied")
			}
			failed <- time.Now()
		}()
		time.Sleep(time.Second)
		select {
		case <-failed:
			t.Fatal("the call failed before the server was deleted")
		default:
		}
		deleted := time.Now()
		net.DeleteServer("server")
		if took := (<-failed).Sub(deleted); took > 100*time.Millisecond {
			t.Errorf("it took %v to notice that the server was deleted", took)
		}
		time.Sleep(20 * time.Second) // let the handler return
	})
}

// A reply on its way does not arrive if the server goes meanwhile and comes back: it is another incarnation.
func TestReplacedServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net, ends, _ := setup(t, 1)
		go func() {
			time.Sleep(time.Second)
			srv := labrpc.MakeServer()
			srv.AddService(labrpc.MakeService(new(Junk)))
			net.AddServer("server", srv)
		}()
		var n int
		if ends[0].Call("Junk.Slow", 1, &n) {
			t.Error("the reply of a replaced server arrived")
		}
		time.Sleep(20 * time.Second)
	})
}

func TestOneWayCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net, ends, junk := setup(t, 1)
		net.EnableReplies(0, false)
		var n int
		if ends[0].Call("Junk.Note", "x", &n) {
			t.Error("a reply came through a cut")
		}
		if junk.noted() != 1 {
			t.Error("the request did not arrive although only replies are cut")
		}
		net.EnableReplies(0, true)
		if !ends[0].Call("Junk.Note", "y", &n) || n != 2 {
			t.Errorf("got %d after the repair", n)
		}
	})
}

func TestDoubledRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net, ends, junk := setup(t, 1)
		net.SetWeather(labrpc.Weather{DoubleRequest: 1, DoubleDelay: labrpc.Delay{Min: time.Second, Max: time.Second}})
		var n int
		if !ends[0].Call("Junk.Note", "x", &n) || n != 1 {
			t.Errorf("got %d", n)
		}
		time.Sleep(2 * time.Second)
		if junk.noted() != 2 {
			t.Errorf("handled %d times, want 2", junk.noted())
		}
	})
}

func TestLongReordering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net, ends, _ := setup(t, 200)
		net.LongReordering(true)
		var wg sync.WaitGroup
		var mu sync.Mutex
		held := 0
		for i, end := range ends {
			wg.Go(func() {
				began := time.Now()
				var s string
				if !end.Call("Junk.Number", i, &s) {
					t.Error("a reply was lost")
				}
				took := time.Since(began)
				if took != 0 && (took < 200*time.Millisecond || took > 2199*time.Millisecond) {
					t.Errorf("a reply was held for %v", took)
				}
				if took > 0 {
					mu.Lock()
					held++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		// Two thirds of 200 are 133; six standard deviations are 40.
		if held < 93 || held > 173 {
			t.Errorf("%d of 200 replies were held, expected some 133", held)
		}
	})
}

func TestEvents(t *testing.T) {
	var mu sync.Mutex
	var steps []labrpc.Step
	route := labrpc.Route{From: 0, To: 1, Life: 1}
	net := labrpc.NewNetwork(labrpc.Weather{}, 1, func(e labrpc.Event) {
		mu.Lock()
		defer mu.Unlock()
		if e.End != any(route) || e.Method != "Junk.Number" {
			t.Errorf("event %+v", e)
		}
		steps = append(steps, e.Step)
	})
	defer net.Cleanup()
	srv := labrpc.MakeServer()
	srv.AddService(labrpc.MakeService(new(Junk)))
	net.AddServer(1, srv)
	end := net.MakeEnd(route)
	net.Connect(route, 1)
	net.Enable(route, true)
	var s string
	end.Call("Junk.Number", 1, &s)
	net.SetWeather(labrpc.Weather{LoseRequest: 1})
	end.Call("Junk.Number", 1, &s)
	net.SetWeather(labrpc.Weather{LoseReply: 1})
	end.Call("Junk.Number", 1, &s)
	net.Enable(route, false)
	end.Call("Junk.Number", 1, &s)
	want := []labrpc.Step{
		labrpc.Sent, labrpc.Arrived, labrpc.Handled, labrpc.Answered,
		labrpc.Sent, labrpc.LostRequest,
		labrpc.Sent, labrpc.Arrived, labrpc.Handled, labrpc.LostReply,
		labrpc.Sent, labrpc.Unreachable,
	}
	if fmt.Sprint(steps) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", steps, want)
	}
}

// Changing LongDelays while calls to nobody are under way is no race.
func TestLongDelayRace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net, ends, _ := setup(t, 10)
		var wg sync.WaitGroup
		for i, end := range ends {
			net.Enable(i, false)
			wg.Go(func() {
				var s string
				end.Call("Junk.Number", i, &s)
			})
		}
		wg.Go(func() {
			for i := range 100 {
				net.LongDelays(i%2 == 0)
			}
		})
		wg.Wait()
	})
}

func BenchmarkCall(b *testing.B) {
	net := labrpc.MakeNetwork()
	defer net.Cleanup()
	srv := labrpc.MakeServer()
	srv.AddService(labrpc.MakeService(new(Junk)))
	net.AddServer("server", srv)
	end := net.MakeEnd("end")
	net.Connect("end", "server")
	net.Enable("end", true)
	for b.Loop() {
		var r Reply
		if !end.Call("Junk.ByPointer", &Args{7}, &r) {
			b.Fatal("a call failed")
		}
	}
}
