package elect

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"io"
)

// A document is a page for a browser, which needs nothing but itself. The drawing is an image, in which no script runs.
var document = template.Must(template.New("").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>Elections</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2128; background: #fff; margin: 2em auto; max-width: 110em; padding: 0 1em }
img { max-width: 100% }
pre { font: 13px/1.4 ui-monospace, "DejaVu Sans Mono", Menlo, monospace; overflow-x: auto }
</style>
</head>
<body>
<h1>Elections</h1>
<img alt="Cumulative distributions of what the table below says in numbers" src="{{.Drawing}}">
<pre>{{.Tables}}</pre>
<p>Seed {{.Seed}}.</p>
</body>
</html>
`))

// HTML writes a page with a drawing, which is SVG, the tables as they are printed, and the seed.
func HTML(w io.Writer, drawing func(io.Writer) error, tables string, seed uint64) error {
	var svg bytes.Buffer
	if err := drawing(&svg); err != nil {
		return err
	}
	return document.Execute(w, struct {
		Drawing template.URL
		Tables  string
		Seed    uint64
	}{template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(svg.Bytes())), tables, seed})
}
