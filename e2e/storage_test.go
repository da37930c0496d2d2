package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu/internal/db"
)

// TestStopUnderLoad: SIGTERM while many write. Every acknowledged send is there and none is doubled, clients are told to come back, and
// the process is gone within ten seconds.
func TestStopUnderLoad(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, engine db.Engine) {
		s := start(t, options{engine: engine, bench: true})
		const posters, listeners = 12, 8
		people := s.benchPeople(0, posters+listeners)
		var room struct{ ID string }
		s.anonymous().must("POST", "/api/v1/bench/conversations", map[string]any{"name": "stop", "members": ids(people)}, &room)
		l := newLedger()
		var streams []*stream
		for _, p := range people {
			streams = append(streams, p.stream())
		}
		var posting sync.WaitGroup
		for i, p := range people[:posters] {
			posting.Go(func() { postUntilClosed(streams[i], p, room.ID, l) })
		}
		eventually(t, "many write", func() bool { return l.acks() > 300 })
		code, took := s.terminate()
		if code != 0 || took > 10*time.Second {
			t.Errorf("the server ended with %d after %v", code, took)
		}
		for _, one := range streams {
			one.wantClose(t, 4000)
		}
		posting.Wait()
		t.Logf("%d acknowledged, stopped in %v", l.acks(), took)
		if err := s.run(); err != nil {
			t.Fatal(err)
		}
		for _, trouble := range l.verify(room.ID, people[0].history(room.ID)) {
			t.Error(trouble)
		}
	})
}

// postUntilClosed posts with four messages under way and notes in the ledger what was acknowledged, until the stream ends.
func postUntilClosed(s *stream, me *client, room string, l *ledger) {
	type flight struct {
		id    string
		reply <-chan reply
	}
	var flying []flight
	for i := 0; ; i++ {
		m := sent{room, newClientID(), fmt.Sprintf("%s, %d 报销", me.name, i), me.id}
		l.send(m)
		ch, err := s.ask("post", map[string]any{"conversation_id": room, "client_id": m.clientID, "content": content{Type: "text", Text: m.text}})
		if err == nil {
			flying = append(flying, flight{m.clientID, ch})
		}
		for len(flying) > 0 && (err != nil || len(flying) == 4) {
			r, gone := await(s, flying[0].reply)
			var ok struct{ Seq, Rev int64 }
			switch {
			case gone != nil: // not acknowledged: it may be there or not
			case r.Error != nil:
				if r.Error.Code != "unavailable" {
					l.trouble("post refused: %+v", *r.Error)
				}
			default:
				if err := json.Unmarshal(r.OK, &ok); err != nil {
					l.trouble("%v", err)
				}
				l.ack(flying[0].id, ack{ok.Seq, ok.Rev})
			}
			flying = flying[1:]
		}
		if err != nil {
			return
		}
	}
}

// TestStartAfterAKillWithALongLog: 100 MB that no checkpoint has moved are read again within three seconds (promise 29).
func TestStartAfterAKillWithALongLog(t *testing.T) {
	t.Parallel()
	co := found(t, options{})
	a := co.hire("anna")
	group := a.group("log")
	path := filepath.Join(co.data, "xinshu.db")
	foreign, err := db.Open(t.Context(), db.Options{URL: "sqlite:" + path})
	if err != nil {
		t.Fatal(err)
	}
	release, pinned := make(chan struct{}), make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() { // a reader that stays where it is: nothing that comes after can leave the log
		err := foreign.Read(context.Background(), func(tx *db.Tx) error {
			var n int64
			err := tx.Row(`SELECT count(*) FROM message`).Scan(&n)
			close(pinned)
			<-release
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	defer func() {
		close(release)
		reader.Wait()
		if err := foreign.Close(); err != nil {
			t.Error(err)
		}
	}()
	<-pinned
	const long = 100 << 20
	for full, text := false, strings.Repeat("x", 15_000); !full; {
		var posts sync.WaitGroup
		for range 8 {
			posts.Go(func() {
				for range 10 {
					if got, err := a.try("POST", "/api/v1/conversations/"+group+"/messages", postBody(newClientID(), text)); err != nil || got.status != 201 {
						t.Errorf("%d %v", got.status, err)
					}
				}
			})
		}
		posts.Wait()
		info, err := os.Stat(path + "-wal")
		if err != nil || t.Failed() {
			t.Fatal(err)
		}
		full = info.Size() >= long
	}
	last := a.post(group, "the last")
	co.kill()
	fastest := time.Hour
	for range 3 { // other tests run beside this one
		again := prepare(t, options{})
		copyFolder(t, co.data, again.data)
		began := time.Now()
		if err := again.run(); err != nil {
			t.Fatal(err)
		}
		fastest = min(fastest, time.Since(began))
		if h := again.signIn("anna").head(group); h.LastSeq != last.Seq {
			t.Fatalf("%d messages, want %d", h.LastSeq, last.Seq)
		}
		again.kill()
		if fastest <= 3*time.Second {
			break
		}
	}
	if fastest > 3*time.Second {
		t.Errorf("started in %v", fastest)
	}
	t.Logf("started in %v", fastest)
}

// copyFolder copies the regular files of a data folder as a crash of the machine would leave them.
func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o700)
		case !d.Type().IsRegular() || strings.HasSuffix(path, "-shm"): // memory, and the socket
			return nil
		}
		in, err := os.Open(path)
		if err != nil {
			return err
		}
		defer in.Close()
		out, err := os.OpenFile(target, os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(out, in)
		return errors.Join(err, out.Close())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestFullDiskGoesOnWhenThereIsRoom: on a file system that is full writing is refused and reading goes on; five seconds after there is
// room people write again, without a restart, and nothing that was acknowledged is missing (promise 26).
func TestFullDiskGoesOnWhenThereIsRoom(t *testing.T) {
	t.Parallel()
	s := prepare(t, options{})
	if err := os.MkdirAll(s.data, 0o700); err != nil {
		t.Fatal(err)
	}
	room := filepath.Join(t.TempDir(), "room") // when this file appears, the ballast goes
	unshare := []string{"unshare", "--mount"}
	if os.Geteuid() != 0 {
		unshare = append(unshare, "--map-root-user")
	}
	s.opt.wrap = append(unshare, "bash", "-c", fmt.Sprintf(`set -e; mount -t tmpfs -o size=24m,mode=700 tmpfs %[1]q; head -c 8M /dev/zero > %[1]q/ballast
		(until [ -e %[2]q ]; do sleep 0.05; done; rm %[1]q/ballast) & exec "$0" "$@"`, s.data, room))
	if err := s.run(); err != nil {
		t.Fatal(err)
	}
	co := &company{s, s.setUp()}
	a := co.hire("anna")
	group := a.group("full")
	acknowledged := map[string]bool{}
	post := func(i int) answer {
		text := fmt.Sprintf("%d %s", i, strings.Repeat("x", 12_000))
		got := a.do("POST", "/api/v1/conversations/"+group+"/messages", postBody(newClientID(), text))
		if got.status == 201 {
			acknowledged[text] = true
		}
		return got
	}
	n := 0
	for got := post(n); got.code() != "insufficient_storage"; got = post(n) {
		if n++; n > 3000 || got.status != 201 && got.status != 503 {
			t.Fatalf("post %d: %d %s", n, got.status, got.body)
		}
	}
	if got := a.do("GET", "/api/v1/conversations/"+group+"/messages?limit=5", nil); got.status != 200 {
		t.Errorf("reading while the disk is full: %d", got.status)
	}
	if err := os.WriteFile(room, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	eventually(t, "writing goes on", func() bool { n++; return post(n).status == 201 })
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("writing went on after %v", took)
	}
	for range 50 {
		if n++; post(n).status != 201 {
			t.Fatal("refused again")
		}
	}
	for _, m := range a.history(group) {
		delete(acknowledged, m.Content.Text)
	}
	if len(acknowledged) > 0 {
		t.Fatalf("%d acknowledged messages are lost", len(acknowledged))
	}
	if code, _ := s.terminate(); code != 0 {
		t.Errorf("the server ended with %d", code)
	}
}

// TestDataFolderIsPrivate: whatever the umask of whoever starts the program, nobody else reads what it keeps.
func TestDataFolderIsPrivate(t *testing.T) {
	t.Parallel()
	s := start(t, options{args: []string{"--demo"}, wrap: []string{"bash", "-c", `umask 0; exec "$0" "$@"`}})
	if out, err := s.onData("backup", filepath.Join(s.data, "backup.tar.zst")); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	seen := map[string]bool{}
	err := filepath.WalkDir(s.data, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // came and went
			return nil
		}
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		seen[d.Name()] = true
		if want := map[bool]fs.FileMode{true: 0o700, false: 0o600}[d.IsDir()]; info.Mode().Perm() != want {
			t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"data", "xinshu.db", "xinshu.db-wal", "xinshu.db-shm", "audit.key", "demo-logins.json", "control.sock", "backup.tar.zst", "lock"} {
		if !seen[name] {
			t.Errorf("%s was not looked at", name)
		}
	}
}
