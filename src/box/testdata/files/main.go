// Command files does with files what programs do, and says what went otherwise than it should.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"testing/fstest"
	"time"
)

func main() {
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	if len(os.Args) > 1 && os.Args[1] == "none" {
		_, err := os.Create("x")
		fmt.Println(err != nil)
		return
	}
	for name, f := range map[string]func() error{
		"write": write, "append": appends, "rename": rename, "errors": refused, "tree": tree, "limit": limit, "far": far,
	} {
		if err := f(); err != nil {
			fmt.Println(name, err)
		}
	}
	fmt.Println("done")
}

func write() error {
	f, err := os.Create("logs/a.log") // there is no directory logs
	if err != nil {
		return err
	}
	text := strings.Repeat("0123456789", 500_000) // more than one call writes
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	if _, err := f.WriteAt([]byte("xyz"), 4); err != nil {
		return err
	}
	if _, err := f.Seek(-2, io.SeekEnd); err != nil {
		return err
	}
	if _, err := f.WriteString("AB"); err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Truncate(int64(len(text))+3), f.Close()); err != nil {
		return err
	}
	got, err := os.ReadFile("logs/a.log")
	if want := "0123xyz" + text[7:len(text)-2] + "AB\x00\x00\x00"; err != nil || string(got) != want {
		return fmt.Errorf("read %d bytes, %v", len(got), err)
	}
	info, err := os.Stat("logs/a.log")
	if err != nil || info.Size() != int64(len(got)) || time.Since(info.ModTime()).Abs() > time.Second {
		return fmt.Errorf("%v, %v", info, err)
	}
	return nil
}

func appends() error {
	for range 2 {
		f, err := os.OpenFile("/tmp/x", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
		if err != nil {
			return err
		}
		fmt.Fprintln(f, "line")
		if _, err := f.Read(make([]byte, 1)); err == nil {
			return errors.New("read from a file open for writing")
		}
		f.Close()
	}
	if got, err := os.ReadFile("/tmp/x"); string(got) != "line\nline\n" {
		return fmt.Errorf("%q, %v", got, err)
	}
	return os.Remove("/tmp/x")
}

func rename() error {
	made := errors.Join(os.MkdirAll("r/s", 0o777), os.WriteFile("r/s/f", []byte("f"), 0o666))
	if err := errors.Join(made, os.Rename("r", "q/r")); err != nil {
		return err
	}
	if got, err := os.ReadFile("q/r/s/f"); string(got) != "f" {
		return fmt.Errorf("%q, %v", got, err)
	}
	if _, err := os.Stat("r"); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("still there: %v", err)
	}
	return os.RemoveAll("q")
}

func refused() error {
	os.WriteFile("file", nil, 0o666)
	os.Mkdir("dir", 0o777)
	os.WriteFile("dir/f", nil, 0o666)
	defer os.RemoveAll("dir")
	defer os.Remove("file")
	_, open := os.Open("nowhere")
	_, excl := os.OpenFile("file", os.O_CREATE|os.O_EXCL, 0o666)
	_, below := os.Create("file/f")
	for name, got := range map[string]error{
		"open: not exist":      want(open, fs.ErrNotExist),
		"exclusive: exist":     want(excl, fs.ErrExist),
		"mkdir: exist":         want(os.Mkdir("file", 0o777), fs.ErrExist),
		"below a file":         some(below),
		"not empty":            some(os.Remove("dir")),
		"into itself":          some(os.Rename("dir", "dir/x")),
		"no links":             some(os.Symlink("file", "link")),
		"chdir to nowhere":     some(os.Chdir("nowhere")),
		"write to a directory": some(os.WriteFile("dir", nil, 0o666)),
	} {
		if got != nil {
			return fmt.Errorf("%s: %w", name, got)
		}
	}
	return nil
}

func want(err, kind error) error {
	if !errors.Is(err, kind) {
		return fmt.Errorf("got %v", err)
	}
	return nil
}

func some(err error) error {
	if err == nil {
		return errors.New("got no error")
	}
	return nil
}

func tree() error {
	dir, err := os.MkdirTemp("", "tree-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var names []string
	for i := range 200 {
		name := fmt.Sprintf("d%d/%s", i%3, strings.Repeat("n", i+1))
		names = append(names, name)
		os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o666); err != nil {
			return err
		}
	}
	return fstest.TestFS(os.DirFS(dir), names...)
}

// limit fills all the room there is, and gets it back.
func limit() error {
	block := make([]byte, 1<<20)
	for range 2 {
		f, err := os.Create("big")
		if err != nil {
			return err
		}
		n := 0
		for ; n < 1000; n++ {
			if _, err = f.Write(block); err != nil {
				break
			}
		}
		if n < 32 || n > 64 {
			return fmt.Errorf("room for %d MiB, %w", n, err)
		}
		if err := errors.Join(os.Remove("big"), f.Close()); err != nil {
			return err
		}
	}
	var open []*os.File
	for i := range 100_000 {
		f, err := os.Create(fmt.Sprint("many/", i))
		if err != nil {
			break
		}
		open = append(open, f)
	}
	if n := len(open); n > 1000 {
		return fmt.Errorf("%d open files", n)
	}
	for _, f := range open {
		f.Close()
	}
	return os.RemoveAll("many")
}
