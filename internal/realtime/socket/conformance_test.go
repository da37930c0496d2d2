package socket_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu/internal/realtime/socket"
)

// rfcCase is what a client sends and what it must read until the stream ends. Each case ends with a close frame, which
// the server answers when it still listens.
type rfcCase struct {
	name string
	send [][]byte
	want string
	code int // what Closed is told
}

const (
	text = 0x81
	cont = 0x00
	fin  = 0x80
)

func rfcCases() []rfcCase {
	bye := closeFrame(1000, "")
	long := func(n int) string { return strings.Repeat("x", n) }
	cases := []rfcCase{}
	add := func(name, want string, code int, send ...[]byte) {
		cases = append(cases, rfcCase{name, append(send, bye), want, code})
	}
	answered := func(name, want string, send ...[]byte) { add(name, want+"close:1000 eof", 1000, send...) }
	refused := func(name string, code int, send ...[]byte) {
		add(name, fmt.Sprintf("close:%d eof", code), code, send...)
	}

	// Section 5.2: lengths.
	for _, n := range []int{0, 1, 20} {
		answered(fmt.Sprintf("text of %d", n), "text:"+long(n)+" ", frame(text, long(n)))
	}
	for _, n := range []int{125, 126, 127, 128, 4089, 4090, 4096, 65535, 65536, 131072, 256 << 10} {
		answered(fmt.Sprintf("text of %d", n), fmt.Sprintf("text:xxx..%d ", n), frame(text, long(n)))
	}
	refused("text too long", 1009, frame(text, long(256<<10+1))[:14])
	refused("length with the highest bit", 1002, []byte{text, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4})
	refused("announced 4 GB", 1009, []byte{text, 0xFF, 0, 0, 0, 1, 0, 0, 0, 0})
	refused("125 in 16 bits", 1002, []byte{text, 0xFE, 0, 125, 1, 2, 3, 4})
	refused("65535 in 64 bits", 1002, []byte{text, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 1, 2, 3, 4})
	refused("fragments too long together", 1009, frame(1, long(200<<10)), frame(fin, long(56<<10+1))[:14])
	answered("fragments just not too long", "text:xxx..262144 ", frame(1, long(200<<10)), frame(fin, long(56<<10)))
	answered("binary-looking text", "text:\x00\x01\x7f ", frame(text, "\x00\x01\x7f"))
	refused("binary", 1003, frame(0x82, "ab"))
	refused("binary fragment", 1003, frame(0x02, "ab"))

	// Pings.
	answered("ping without payload", "pong: ", frame(0x89, ""))
	answered("ping with payload", "pong:hello ", frame(0x89, "hello"))
	answered("ping of 125", "pong:xxx..125 ", frame(0x89, long(125)))
	answered("ping with bytes that are no text", "pong:\x00\xff\xfe ", frame(0x89, "\x00\xff\xfe"))
	refused("ping of 126", 1002, frame(0x89, long(126)))
	refused("fragmented ping", 1002, frame(0x09, "a"))
	answered("unasked pong", "", frame(0x8A, ""))
	answered("unasked pong, then ping", "pong:b ", frame(0x8A, "a"), frame(0x89, "b"))
	answered("ten pings", strings.Repeat("pong:a ", 10), bytes.Repeat(frame(0x89, "a"), 10))

	// Reserved bits, opcodes, masks.
	for _, bits := range []byte{0x10, 0x20, 0x40, 0x50, 0x70} {
		refused(fmt.Sprintf("reserved bits %x", bits), 1002, frame(text|bits, "a"))
		refused(fmt.Sprintf("reserved bits %x in ping", bits), 1002, frame(0x89|bits, ""))
	}
	add("reserved bits after a message", "text:a close:1002 eof", 1002, frame(text, "a"), frame(text|0x40, "b"), frame(0x89, ""))
	for _, op := range []byte{3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF} {
		refused(fmt.Sprintf("opcode %x", op), 1002, frame(fin|op, "a"))
		refused(fmt.Sprintf("opcode %x in a message", op), 1002, frame(1, "a"), frame(fin|op, "b"))
	}
	refused("unmasked text", 1002, []byte{text, 1, 'a'})
	refused("unmasked ping", 1002, []byte{0x89, 0})
	refused("unmasked close", 1002, []byte{0x88, 0})

	// Fragments.
	answered("two fragments", "text:ab ", frame(1, "a"), frame(fin, "b"))
	answered("empty fragments", "text: ", frame(1, ""), frame(cont, ""), frame(fin, ""))
	answered("empty, full, empty", "text:mid ", frame(1, ""), frame(cont, "mid"), frame(fin, ""))
	answered("ping between fragments", "pong:p text:ab ", frame(1, "a"), frame(0x89, "p"), frame(fin, "b"))
	answered("pings around fragments", "pong:1 pong:2 text:abc pong:3 ", frame(1, "a"), frame(0x89, "1"), frame(cont, "b"),
		frame(0x89, "2"), frame(fin, "c"), frame(0x89, "3"))
	answered("two fragmented messages", "text:ab text:cd ", frame(1, "a"), frame(fin, "b"), frame(1, "c"), frame(fin, "d"))
	refused("continuation of nothing", 1002, frame(fin, "a"))
	refused("unfinished continuation of nothing", 1002, frame(cont, "a"))
	add("continuation after a message", "text:a close:1002 eof", 1002, frame(text, "a"), frame(fin, "b"))
	refused("text inside a message", 1002, frame(1, "a"), frame(text, "b"))
	refused("fragment start inside a message", 1002, frame(1, "a"), frame(1, "b"))
	answered("close inside a message", "", frame(1, "a"))

	// UTF-8.
	valid := []string{"κόσμε", "消息 信枢", "\x00", "\u07ff", "\ufffd", "\U00010000", "\U0010ffff", "\ufffe", "👋🏽"}
	for i, s := range valid {
		answered(fmt.Sprintf("valid %d", i), "text:"+s+" ", frame(text, s))
		var each [][]byte
		for j := range len(s) {
			each = append(each, frame(cont, s[j:j+1]))
		}
		each[0][0] |= 1
		each[len(each)-1][0] |= fin
		answered(fmt.Sprintf("valid %d byte by byte", i), "text:"+s+" ", each...)
	}
	invalid := []string{
		"\xce\xba\xe1\xbd\xb9\xed\xa0\x80edited", "\x80", "\xbf", "\xfe", "\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3a", "ok\xe2\x28\xa1",
	}
	for i, s := range invalid {
		refused(fmt.Sprintf("invalid %d", i), 1007, frame(text, s))
		refused(fmt.Sprintf("invalid %d in the second fragment", i), 1007, frame(1, "好"), frame(fin, s))
	}
	// Fail fast: the message is not finished, and neither is the frame.
	refused("invalid in an unfinished message", 1007, frame(1, "a\xff"))
	refused("surrogate in an unfinished message", 1007, frame(1, "\xed"), frame(cont, "\xa0"))
	refused("beyond Unicode in an unfinished message", 1007, frame(1, "\xf4"), frame(cont, "\x90"))
	refused("invalid in an unfinished frame", 1007, frame(text, "\xff"+long(5000))[:100])

	// Closing.
	cases = append(cases,
		rfcCase{"close without code", [][]byte{frame(0x88, "")}, "close: eof", 1005},
		rfcCase{"close with half a code", [][]byte{frame(0x88, "\x03")}, "close:1002 eof", 1002},
		rfcCase{"close with reason", [][]byte{closeFrame(1000, "再见")}, "close:1000 eof", 1000},
		rfcCase{"close with the longest reason", [][]byte{closeFrame(1000, long(123))}, "close:1000 eof", 1000},
		rfcCase{"close too long", [][]byte{closeFrame(1000, long(124))}, "close:1002 eof", 1002},
		rfcCase{"fragmented close", [][]byte{frame(0x08, "\x03\xe8")}, "close:1002 eof", 1002},
		rfcCase{"close with invalid reason", [][]byte{closeFrame(1000, "\xff\xfe")}, "close:1007 eof", 1007},
		rfcCase{"two closes", [][]byte{closeFrame(1000, ""), closeFrame(1001, "")}, "close:1000 eof", 1000},
		rfcCase{"message after close", [][]byte{closeFrame(1000, ""), frame(text, "late")}, "close:1000 eof", 1000},
		rfcCase{"ping after close", [][]byte{closeFrame(1000, ""), frame(0x89, "")}, "close:1000 eof", 1000},
	)
	for _, code := range []int{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999} {
		cases = append(cases, rfcCase{fmt.Sprintf("close with %d", code), [][]byte{closeFrame(code, "")}, fmt.Sprintf("close:%d eof", code), code})
	}
	for _, code := range []int{0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535} {
		cases = append(cases, rfcCase{fmt.Sprintf("close with forbidden %d", code), [][]byte{closeFrame(code, "")}, "close:1002 eof", 1002})
	}
	return cases
}

// TestRFC6455 plays the table in three rhythms: everything in one write, a write per frame, and a write per byte.
func TestRFC6455(t *testing.T) {
	t.Parallel()
	overReaders(t, socket.Options{}, func(t *testing.T, b *bundle) {
		for _, c := range rfcCases() {
			all := bytes.Join(c.send, nil)
			rhythms := map[string][][]byte{"at once": {all}, "frames": c.send}
			if len(all) <= 200 {
				var each [][]byte
				for i := range all {
					each = append(each, all[i:i+1])
				}
				rhythms["bytes"] = each
			}
			for rhythm, writes := range rhythms {
				t.Run(c.name+"/"+rhythm, func(t *testing.T) {
					t.Parallel()
					cl, _, rec := b.dial(t)
					go func() {
						for _, p := range writes {
							if _, err := cl.nc.Write(p); err != nil {
								return // the server had enough
							}
						}
					}()
					if got := cl.transcript(); got != c.want {
						t.Errorf("read %q, want %q", got, c.want)
					}
					cl.nc.Close()
					if e := rec.wait(t); e.code != c.code {
						t.Errorf("Closed told %d (%v), want %d", e.code, e.err, c.code)
					}
				})
			}
		}
	})
}

// TestRFC6455WithHandshake sends the frames in the same segment as the request.
func TestRFC6455WithHandshake(t *testing.T) {
	t.Parallel()
	overReaders(t, socket.Options{}, func(t *testing.T, b *bundle) {
		for _, more := range [][]byte{frame(text, "early"), frame(text, strings.Repeat("e", 9000)), frame(text, "early")[:7]} {
			cl, _, _ := b.dial(t, more...)
			cl.send(frame(text, "early")[:0])
			if len(more) == 7 {
				cl.send(frame(text, "early")[7:])
			}
			if op, p, err := cl.read(); err != nil || op != 1 || p[0] != 'e' {
				t.Fatalf("got %d %q %v", op, p, err)
			}
			cl.send(closeFrame(1000, ""))
			cl.want("close:1000")
		}
	})
}
