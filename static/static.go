// Package static holds what browsers load once and keep: styles, scripts and
// icons, in the binary. It knows nothing of the site that it serves them for.
//
// token-client.js is the lesson on keeping a token in the browser; the scripts
// in js/ belong to one page each.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed css js icons token-client.js
var embedded embed.FS

// Version is a name for the present contents of all files. It stands in their
// addresses, so a browser may keep each of them for ever.
func Version() string {
	sum := sha256.New()
	walk(func(name string, content []byte) {
		fmt.Fprintf(sum, "%s %d\n", name, len(content))
		sum.Write(content)
	})
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

// file is one file as it is sent.
type file struct {
	contentType string
	plain       []byte
	zipped      func() []byte // gives nil when that would not be smaller
}

// Handler serves the files below /static/{version}/. Each is compressed once, when
// somebody asks for it.
func Handler() http.Handler {
	files := map[string]file{}
	walk(func(name string, content []byte) {
		files[name] = file{contentType(name), content, sync.OnceValue(func() []byte { return zip(content) })}
	})
	current := Version()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		version, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/static/"), "/")
		f, ok := files[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		f.send(w, r, version == current)
	})
}

// send answers with the file. Under the name of another version, which a page
// from before an update asks for, nobody may keep it.
func (f file) send(w http.ResponseWriter, r *http.Request, lasting bool) {
	header := w.Header()
	header.Set("Content-Type", f.contentType)
	header.Set("Vary", "Accept-Encoding")
	header.Set("Cache-Control", "no-store")
	if lasting {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	content := f.plain
	if acceptsGzip(r) {
		if zipped := f.zipped(); zipped != nil {
			header.Set("Content-Encoding", "gzip")
			content = zipped
		}
	}
	header.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method != http.MethodHead {
		w.Write(content)
	}
}

// acceptsGzip reads Accept-Encoding (RFC 9110 section 12.5.3): a weight of zero
// means "not acceptable".
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			continue
		}
		quality, found := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
		return !found || strings.Trim(quality, "0.") != ""
	}
	return false
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// zip compresses a file, or returns nil when that makes it no smaller.
func zip(content []byte) []byte {
	var zipped bytes.Buffer
	writer, _ := gzip.NewWriterLevel(&zipped, gzip.BestCompression) // the level exists
	writer.Write(content)                                           // a buffer takes everything
	writer.Close()
	if zipped.Len() >= len(content) {
		return nil
	}
	return zipped.Bytes()
}

// walk visits every file, in the order of names.
func walk(visit func(name string, content []byte)) {
	fs.WalkDir(embedded, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := embedded.ReadFile(name)
		visit(name, content)
		return err
	})
}
