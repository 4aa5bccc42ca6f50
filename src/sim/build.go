package sim

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"text/template"

	"raftlab/src/box/gobuild"
	"raftlab/src/box/goroot"
)

// A Source is a package to simulate.
type Source struct {
	Dir        string // its directory
	ImportPath string

	// Program is the import path of the lab's code in a node. Its function Program takes the source's Constructor, its
	// Further functions, the constructor of its Base, and the methods function, and returns a node.Program.
	Program     string
	Constructor string // the name of the function that makes what a node runs
	Further     []string
	Base        *Base  // what it stands on; nil if it stands alone
	Place       string // where the source declares it, as file:line:column, for errors
	Type        string // a type of the source whose methods are handlers, for which RPCs are prepared; "" if there is none
	GoDeadlock  bool   // it imports go-deadlock, which is turned off in boxes: see node.MainOf

	// Handlers are the names of the methods among which are the handlers of what the constructor returns; none if they
	// are not known. A program that knows them is a quarter smaller.
	Handlers []string

	// Go builds the program; nil is what gobuild takes by itself.
	Go *goroot.Toolchain

	// Overlay has files that the build sees in place of those on disk, by their absolute names.
	Overlay map[string][]byte
}

// A Base is the package of another lab's implementation, which a source stands on.
type Base struct {
	ImportPath, Constructor string
	Type                    string // as a Source's
}

// program is the main package of a box. It is laid over a directory below the source's own, so that it is in its module
// and may import it.
var program = template.Must(template.New("").Parse(`package main

import (
	"reflect"
{{- if .GoDeadlock}}

	"github.com/sasha-s/go-deadlock"
{{- end}}

	implementation {{printf "%q" .ImportPath}}
	lab {{printf "%q" .Program}}
{{- with .Base}}
	base {{printf "%q" .ImportPath}}
{{- end}}
	"raftlab/src/sim/node"
)

func main() {
{{- if .Type}}
	node.Warm[implementation.{{.Type}}](methods)
{{- end}}
{{- if and .Base .Base.Type}}
	node.Warm[base.{{.Base.Type}}](methods)
{{- end}}
{{- if .GoDeadlock}}
	deadlock.Opts.Disable = true
{{- end}}
	node.Main(lab.Program(implementation.{{.Constructor}},
		{{range .Further}}implementation.{{.}}, {{end}}{{with .Base}}base.{{.Constructor}}, {{end}}methods))
}

func methods(t reflect.Type) (list []reflect.Method) {
{{- range .Handlers}}
	if m, ok := t.MethodByName({{printf "%q" .}}); ok {
		list = append(list, m)
	}
{{- else}}
	list = node.AllMethods(t)
{{- end}}
	return list
}
`))

// Build compiles a source into the program of a box. Nothing is written into its directory. If the source is at fault,
// the error is a [*gobuild.CompileError] with the compiler's words. cacheDir keeps what makes the next build quick; ""
// keeps nothing.
func Build(ctx context.Context, src Source, cacheDir string) ([]byte, error) {
	var text strings.Builder
	if err := program.Execute(&text, src); err != nil {
		return nil, err
	}
	const dir = "raftlab_box"
	overlay := map[string][]byte{dir + "/main.go": []byte(text.String())}
	maps.Copy(overlay, src.Overlay)
	wasm, err := gobuild.Build(ctx, gobuild.Config{
		Go:       src.Go,
		Dir:      src.Dir,
		Packages: []string{"./" + dir},
		Overlay:  overlay,
		CacheDir: cacheDir,
	})
	var compile *gobuild.CompileError
	if errors.As(err, &compile) {
		return nil,
			&gobuild.CompileError{Text: fmt.Sprintf("%s does not compile:\n%s", src.Dir, src.blame(compile.Text)),
				Files: compile.Files}
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", src.Dir, err)
	}
	return wasm, nil
}

var (
	ownPlace  = regexp.MustCompile(`\S*raftlab_box/main\.go:\d+:\d+`)
	ownHeader = regexp.MustCompile(`(?m)^(go build: )?# \S*/raftlab_box\n`)
)

// blame turns what the compiler says of the program of a box into what is wrong with the source: the only thing there
// that can be is the type of its constructor.
func (src Source) blame(words string) string {
	words = ownHeader.ReplaceAllString(words, "")
	if src.Place == "" {
		return words
	}
	words = strings.ReplaceAll(words, "implementation."+src.Constructor, src.Constructor)
	return ownPlace.ReplaceAllLiteralString(words, src.Place)
}

// Fingerprint names a program that Build built: its source, the suite's part in it and the version of Go are all in
// there, so equal fingerprints give equal runs.
func Fingerprint(wasm []byte) string {
	sum := sha256.Sum256(wasm)
	return hex.EncodeToString(sum[:8])
}
