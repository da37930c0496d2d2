package realtime

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu/internal/message"
)

const usualPost = `{"id":7,"op":"post","in":{"conversation_id":"0DQ0000000001","client_id":"0190a5c2-0000-7000-8000-000000000001","content":{"type":"text","text":"第三季度 \"数字\"\n\\ready\/"},"reply_to":3}}`

// slowPost reads a post as every other frame is read.
func slowPost(frame []byte) (id int64, in postIn, ok bool) {
	r, err := parseRequest(frame)
	if err != nil || r.Op != "post" {
		return 0, in, false
	}
	in, err = input[postIn](r)
	return r.ID, in, err == nil
}

func TestWalkPost(t *testing.T) {
	t.Parallel()
	id, in, ok := walkPost([]byte(usualPost))
	wantID, want, _ := slowPost([]byte(usualPost))
	if !ok || id != wantID || in != want || in.Content.Text != "第三季度 \"数字\"\n\\ready/" || in.ReplyTo != 3 {
		t.Fatalf("got %d %+v %v, want %d %+v", id, in, ok, wantID, want)
	}
	for _, odd := range []string{
		`{"id":7,"id":8,` + usualPost[8:], // twice
		strings.Replace(usualPost, `"text":"`, `"text":"a","text":"`, 1),
		strings.Replace(usualPost, `"id":7`, `"ID":7`, 1),
		strings.Replace(usualPost, `"id":7`, `"id":07`, 1),
		strings.Replace(usualPost, `"id":7`, `"id":7.0`, 1),
		strings.Replace(usualPost, `"id":7`, `"id":-7`, 1),
		strings.Replace(usualPost, `"id":7`, `"id":9007199254740993`, 1),
		strings.Replace(usualPost, `"id":7`, `"id": 7`, 1),
		strings.Replace(usualPost, `post`, `read`, 1),
		strings.Replace(usualPost, `\n`, `\u0041`, 1),
		strings.Replace(usualPost, `\n`, "\n", 1),
		strings.Replace(usualPost, `"reply_to"`, `"replyto"`, 1),
		strings.Replace(usualPost, `0DQ0000000001`, `0DQ000000000U`, 1),
		usualPost + "{}", usualPost[:len(usualPost)-1], `{}`, `[]`, ``, `{"id":7,"op":"post","in":null}`,
	} {
		if id, in, ok := walkPost([]byte(odd)); ok {
			t.Errorf("%s was read as %d %+v", odd, id, in)
		}
	}
}

func TestAppendPosted(t *testing.T) {
	t.Parallel()
	p := message.Posted{Seq: 12, Rev: 34, SentAt: 1_790_000_000_123}
	want, err := okFrame(7, postOut{p.Seq, p.Rev, p.SentAt})
	if err != nil {
		t.Fatal(err)
	}
	if got := appendPosted(nil, 7, p); string(got) != string(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzWalkPost holds that what is read quickly is read as encoding/json reads it.
func FuzzWalkPost(f *testing.F) {
	for _, s := range []string{usualPost, strings.ToUpper(usualPost), strings.ReplaceAll(usualPost, `\n`, `\t\r\u0000`),
		`{"op":"post","in":{"content":{"text":"","type":""}},"id":0}`, `{"id":1,"op":"post"}`, `{"id":1,"op":"post","in":{"reply_to":0,"client_id":""}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		id, in, ok := walkPost(frame)
		if !ok || !utf8.Valid(frame) {
			return
		}
		wantID, want, wantOK := slowPost(frame)
		if !wantOK || id != wantID || in != want {
			t.Errorf("%q: got %d %+v, want %d %+v %v", frame, id, in, wantID, want, wantOK)
		}
	})
}
