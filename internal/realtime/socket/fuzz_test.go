package socket_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu/internal/realtime/socket"
)

// FuzzFrames sends any bytes in any rhythm through the real handshake and a real socket. Whatever comes, the server
// answers with whole frames, ends the stream, hands out only valid text, and Closed is called.
func FuzzFrames(f *testing.F) {
	for _, c := range rfcCases() {
		if all := bytes.Join(c.send, nil); len(all) < 4000 {
			f.Add(all, byte(len(all)/2))
		}
	}
	b := setup(f, socket.Options{MaxMessage: 16 << 10}, false)
	f.Fuzz(func(t *testing.T, p []byte, cut byte) {
		cl, _, rec := b.dial(t)
		at := min(int(cut), len(p))
		go func() {
			cl.nc.Write(p[:at])
			cl.nc.Write(p[at:])
			cl.nc.Write(frame(0x88, ""))
			cl.nc.(interface{ CloseWrite() error }).CloseWrite()
		}()
		if got := cl.transcript(); strings.Contains(got, "malformed") || strings.Contains(got, "unexpected EOF") {
			t.Errorf("server sent %q", got)
		}
		rec.wait(t)
		for _, m := range rec.got() {
			if !utf8.ValidString(m) || len(m) > 16<<10 {
				t.Errorf("handler got %q", m)
			}
		}
	})
}
