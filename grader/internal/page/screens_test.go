package page

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"raftlab/internal/testinputs"
)

var update = flag.Bool("update", false, "take the pictures of docs anew")

// TestScreens takes the pictures that docs show, of runs of broken implementations, and compares them with these.
// Letters differ between machines, so that it is blocks of them that are compared.
func TestScreens(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds five submissions; make stories does it")
	}
	testinputs.Note(t)
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	images := filepath.Join(root, "docs", "images")
	testinputs.SameGo(t, filepath.Join(images, "go.version"), *update)
	runs := []struct{ picture, run string }{
		{"two-votes", "votestwice ManyElections 1"},
		{"forgotten-term", "forgetsterm VoteSurvivesRestart 1"},
		{"forgotten-vote", "forgetsvote VoteSurvivesRestart 1"},
		{"lock-over-rpc", "lockoverrpc ReElection 1"},
		{"written-twice", "kvtwice LateAndDoubledRequests 2"},
	}
	w := newTab(t)
	grader := filepath.Join(t.TempDir(), "grader")
	command(t, root, "go", "build", "-o", grader, "./grader")
	for _, r := range runs {
		t.Run(r.picture, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "page.html")
			args := strings.Fields("replay -html " + file + " grader/testdata/broken/" + r.run)
			command(t, root, grader, args...)
			w := &tab{t, w.ctx}
			w.do(chromedp.EmulateViewport(1440, 900), chromedp.Navigate("file://"+file))
			w.until(`"ready" in document.documentElement.dataset`)
			w.until("document.fonts.status == 'loaded'")
			w.text("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
			got, err := chromedp.Run(w.ctx, chromedp.CaptureScreenshot())
			if err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join(images, r.picture+".png")
			if *update {
				if err := os.WriteFile(golden, got, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := difference(t, got, want); d > 0.02 {
				t.Errorf("the page differs from %s by %.3f; go test -update takes the picture anew", golden, d)
			}
		})
	}
}

// command runs a command, which may fail as a run does.
func command(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Args[0] = dir, filepath.Base(name) // which the page shows
	out, err := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); err != nil && code != 1 {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
}

// difference says how much two pictures differ, from 0 to 1: the mean over blocks of how much these differ in
// brightness.
func difference(t *testing.T, a, b []byte) float64 {
	t.Helper()
	var blocks [2][]float64
	for i, data := range [][]byte{a, b} {
		picture, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if size := picture.Bounds().Size(); size != image.Pt(1440, 900) {
			t.Fatalf("a picture of %v, want 1440 by 900", size)
		}
		blocks[i] = brightness(picture)
	}
	sum := 0.0
	for i := range blocks[0] {
		sum += math.Abs(blocks[0][i] - blocks[1][i])
	}
	return sum / float64(len(blocks[0]))
}

// brightness returns the brightness of blocks of a picture, from 0 to 1.
func brightness(p image.Image) (blocks []float64) {
	const block = 30
	r := p.Bounds()
	for y := r.Min.Y; y < r.Max.Y; y += block {
		for x := r.Min.X; x < r.Max.X; x += block {
			sum := 0.0
			for dy := range block {
				for dx := range block {
					r, g, b, _ := p.At(x+dx, y+dy).RGBA()
					sum += float64(r + g + b)
				}
			}
			blocks = append(blocks, sum/(3*0xffff*block*block))
		}
	}
	return blocks
}
