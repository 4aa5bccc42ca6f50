package page

import (
	"bytes"
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// browsers are the names of Chromium; the Makefile says if none of them is there.
var browsers = []string{"chromium", "chromium-browser", "google-chrome"}

// patience is how long a page may take for all of a test.
const patience = 2 * time.Minute

// A tab is a page in a browser.
type tab struct {
	*testing.T
	ctx context.Context
}

// browse opens a page in a browser of its own, in a window of 1400 by 900, and waits until it can be used. When the test
// ends the browser must have had nothing to complain of.
func browse(t *testing.T, p Page) *tab {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, p); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	w := newTab(t)
	began := time.Now()
	address := url.URL{Scheme: "file", Path: file}
	w.do(chromedp.Navigate(address.String()))
	w.until(`"ready" in document.documentElement.dataset`)
	t.Logf("a file of %d bytes, ready after %s ms, seen after %v", b.Len(), w.text("document.documentElement.dataset.ready"),
		time.Since(began).Round(time.Millisecond))
	return w
}

// newTab starts a browser.
func newTab(t *testing.T) *tab {
	t.Helper()
	var path string
	for _, name := range browsers {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		t.Skipf("a browser is needed to look at the page, and there is none of %s", strings.Join(browsers, ", "))
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1400, 900))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	w := &tab{t, ctx}
	w.do() // starts it
	listening, stop := context.WithCancel(ctx)
	said, asked := chromedp.Console(listening), chromedp.Events(listening, network.RequestWillBeSent)
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	var heard sync.WaitGroup
	heard.Go(func() {
		for m, err := range said { // violations of the policy, among others
			if err == nil && (m.IsException() || m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleWarning) {
				t.Error(m)
			}
		}
	})
	heard.Go(func() {
		for e, err := range asked {
			if err != nil {
				break
			}
			scheme, _, _ := strings.Cut(e.Request.URL, ":")
			if scheme != "file" && scheme != "data" && scheme != "blob" {
				t.Errorf("it asks for %s", e.Request.URL)
			}
		}
	})
	t.Cleanup(func() {
		w.text("1") // what was said before has come when this has
		stop()
		heard.Wait()
	})
	return w
}

// do does something in the page.
func (w *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	w.Helper()
	if err := chromedp.Do(w.ctx, steps...); err != nil {
		w.Fatal(err)
	}
}

// text is what an expression comes to in the page, as text.
func (w *tab) text(expression string) string {
	w.Helper()
	value, err := chromedp.Run(w.ctx, chromedp.Evaluate[string]("Promise.resolve("+expression+").then(String)",
		chromedp.EvalAwaitPromise))
	if err != nil {
		w.Fatalf("%s: %v", expression, err)
	}
	return value
}

// until waits until an expression is true in the page, and looks in each frame.
func (w *tab) until(expression string) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience/4)
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`new Promise(done => {
		const look = () => (`+expression+`) ? done(true) : requestAnimationFrame(look);
		look();
	})`, chromedp.EvalAwaitPromise))
	if err != nil {
		w.Fatalf("%s: %v; the page shows\n%.2000s", expression, err, w.text("document.body.innerText"))
	}
}
