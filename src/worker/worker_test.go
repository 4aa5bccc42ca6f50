package worker

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Jobs are done in their order, until there are no more, one spoils the worker, or the worker cannot go on.
func TestServe(t *testing.T) {
	tests := []struct {
		name, jobs string
		want       string // the answers
		err        string
	}{
		{"none", "", "", ""},
		{"two", `"a" "bc"`, "a bc ", ""},
		{"spoilt", `"a" "spoilt" "b"`, "a spoilt ", ""},
		{"fails", `"a" "fails" "b"`, "a ", "worker: it fails"},
		{"no job", `"a" 5`, "a ", "worker: reading a job: json: cannot unmarshal number"},
		{"half a job", `"a" "b`, "a ", "worker: reading a job: unexpected EOF"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			err := serve(strings.NewReader(test.jobs), &out, func(job string) (Done[string], error) {
				if job == "fails" {
					return Done[string]{}, errors.New("it fails")
				}
				return Done[string]{Answer: job, Spoilt: job == "spoilt"}, nil
			}, nil)
			if test.err == "" && err != nil || test.err != "" && (err == nil || !strings.HasPrefix(err.Error(), test.err)) {
				t.Errorf("error %v, want %q", err, test.err)
			}
			got := ""
			for d := json.NewDecoder(strings.NewReader(out.String())); ; {
				var m Message[string]
				if err := d.Decode(&m); errors.Is(err, io.EOF) {
					break
				} else if err != nil || m.Done == nil {
					t.Fatalf("%+v (%v) in %s", m, err, &out)
				}
				got += m.Done.Answer + " "
			}
			if got != test.want {
				t.Errorf("answers %q, want %q", got, test.want)
			}
		})
	}
}

// While a job is under way the worker shows how far it is, and nothing follows the answer.
func TestBeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		progress := int64(0)
		err := serve(strings.NewReader(`2500 0`), &out, func(ms int64) (Done[int64], error) {
			time.Sleep(time.Duration(ms) * time.Millisecond)
			return Done[int64]{Answer: ms}, nil
		}, func() int64 { progress++; return progress })
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		var beats, answers []int64
		for d := json.NewDecoder(strings.NewReader(out.String())); d.More(); {
			var m Message[int64]
			if err := d.Decode(&m); err != nil {
				t.Fatal(err)
			}
			if m.Done != nil {
				answers = append(answers, m.Done.Answer)
			} else if len(answers) == 0 {
				beats = append(beats, m.Beat)
			} else {
				t.Errorf("a sign of life after an answer: %+v", m)
			}
		}
		if len(beats) != 2 || beats[0] != 1 || beats[1] != 2 || len(answers) != 2 {
			t.Errorf("beats %v, answers %v", beats, answers)
		}
	})
}
