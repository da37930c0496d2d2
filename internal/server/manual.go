package server

import (
	"net/http"
	"sync"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/door/manual"
	"github.com/xinshu-im/xinshu/web"
)

// manualStyle is the address of the stylesheet of the page about the API.
const manualStyle = "/api/docs.css"

// manualDoors declares the page about the API. It is made when somebody first asks for it.
func (a *App) manualDoors(r *door.Registry) {
	page := sync.OnceValues(func() ([]byte, error) {
		return manual.Page(manual.Options{Doors: r, Stream: a.realtime.Manual(), Version: a.opt.Version, Style: manualStyle})
	})
	give := func(typ string, text func() ([]byte, error)) func(http.ResponseWriter, *http.Request, xinshu.Actor) error {
		return func(w http.ResponseWriter, _ *http.Request, _ xinshu.Actor) error {
			body, err := text()
			if err != nil {
				return err
			}
			w.Header().Set("Content-Type", typ+"; charset=utf-8")
			w.Header().Set("Cache-Control", "no-cache")
			_, err = w.Write(body)
			return err
		}
	}
	r.Plain(door.Door{Name: "manual", Method: "GET", Path: "/api/docs", Policy: door.Anonymous, Hidden: true,
		Summary: "The API for people who read"}, give("text/html", page))
	r.Plain(door.Door{Name: "manual.style", Method: "GET", Path: manualStyle, Policy: door.Anonymous, Hidden: true,
		Summary: "The stylesheet of that page"}, give("text/css", func() ([]byte, error) { return []byte(web.Tokens + manual.Style), nil }))
}
