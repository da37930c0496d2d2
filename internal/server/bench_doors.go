package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/bench"
	"github.com/xinshu-im/xinshu/internal/config"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/org"
)

// benchMark is the file that makes a data folder one for load tests, for ever.
const benchMark = "bench.mark"

// markBench refuses to open the doors for load tests on data that is not theirs, unless bench-on repeats its folder. It runs before
// anything is stored. Data that is not theirs gets no mark: the next start has to say so again.
func markBench(cfg *config.Config) error {
	if cfg.BenchOn != "" {
		if filepath.Clean(cfg.BenchOn) != filepath.Clean(cfg.Data) {
			return xinshu.Errorf(xinshu.Invalid, "bench-on names another folder than data.")
		}
		return nil
	}
	mark := filepath.Join(cfg.Data, benchMark)
	if _, err := os.Stat(mark); err == nil {
		return nil
	}
	entries, err := os.ReadDir(cfg.Data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return xinshu.Errorf(xinshu.Conflict, "--bench wants an empty data folder, or one that was made with --bench: anybody could act as anybody. "+
			"To put load on this data all the same, repeat its folder in --bench-on.")
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return err
	}
	return os.WriteFile(mark, []byte("This data is for load tests.\n"), 0o600)
}

// checkBenchDatabase refuses a PostgreSQL database that people use: its folder may be new.
func (a *App) checkBenchDatabase(ctx context.Context) error {
	if a.cfg.BenchOn != "" {
		return nil
	}
	return a.db.Read(ctx, func(tx *db.Tx) error {
		var real int
		if err := tx.Row(`SELECT count(*) FROM person WHERE login NOT LIKE 'bench-%'`).Scan(&real); err != nil {
			return err
		}
		if real > 0 {
			return xinshu.Errorf(xinshu.Conflict, "--bench wants an empty database: anybody could act as anybody.")
		}
		return nil
	})
}

// maxBenchPeople bounds one request; load clients ask several times.
const maxBenchPeople = 5000

type benchPeopleIn struct {
	Body struct {
		From  int `json:"from" minimum:"0" maximum:"1000000"`
		Count int `json:"count" minimum:"1" maximum:"5000"`
	}
}

type benchPerson struct {
	ID    xinshu.PersonID `json:"id"`
	Token string          `json:"token"`
}

type benchConversationIn struct {
	Body struct {
		Name    string            `json:"name" minLength:"1" maxLength:"64"`
		Members []xinshu.PersonID `json:"members" minItems:"1" maxItems:"100000"`
	}
}

type benchConversationOut struct {
	Body struct {
		ID xinshu.ConversationID `json:"id"`
	}
}

type benchAboutOut struct {
	Body bench.About
}

// benchDoors opens what load tests prepare people and conversations with; see --bench.
func (a *App) benchDoors(r *door.Registry) {
	door.JSON(r, door.Door{Name: "bench.about", Method: "GET", Path: "/api/v1/bench", Policy: door.Anonymous, Hidden: true,
		Summary: "Say on what data a load test would run"},
		func(context.Context, xinshu.Actor, *struct{}) (*benchAboutOut, error) {
			return &benchAboutOut{bench.About{Data: a.cfg.Data, Own: a.cfg.BenchOn == ""}}, nil
		})
	door.JSON(r, door.Door{Name: "bench.people", Method: "POST", Path: "/api/v1/bench/people", Policy: door.Anonymous, Hidden: true,
		Summary: "Make people for a load test, signed in"},
		func(ctx context.Context, _ xinshu.Actor, in *benchPeopleIn) (*door.List[benchPerson], error) {
			items, err := a.benchPeople(ctx, in.Body.From, min(in.Body.Count, maxBenchPeople))
			if err != nil {
				return nil, err
			}
			return door.NewList(items, ""), nil
		})
	door.JSON(r, door.Door{Name: "bench.conversations", Method: "POST", Path: "/api/v1/bench/conversations", Policy: door.Anonymous, Hidden: true,
		MaxBody: 4 << 20, Summary: "Make a group for a load test"},
		func(ctx context.Context, _ xinshu.Actor, in *benchConversationIn) (*benchConversationOut, error) {
			id, err := a.conversation.Create(ctx, xinshu.SystemActor("bench"), conversation.Draft{
				ClientID: "bench:" + in.Body.Name, Kind: conversation.Group, Name: in.Body.Name,
				Owner: in.Body.Members[0], Members: in.Body.Members[1:],
			})
			if err != nil {
				return nil, err
			}
			out := &benchConversationOut{}
			out.Body.ID = id
			return out, nil
		})
}

// benchPeople makes the people numbered from…from+count-1, or finds them, and signs each in.
func (a *App) benchPeople(ctx context.Context, from, count int) ([]benchPerson, error) {
	actor := xinshu.SystemActor("bench")
	ids := make([]xinshu.PersonID, 0, count)
	const piece = 100 // people of one transaction
	for at := 0; at < count; at += piece {
		var made []xinshu.PersonID
		err := a.db.Write(ctx, func(tx *db.Tx) error {
			made = made[:0]
			for n := from + at; n < from+min(at+piece, count); n++ {
				login := fmt.Sprintf("bench-%07d", n)
				known, err := a.org.PersonByLogin(tx, login)
				id := known.ID
				if xinshu.CodeOf(err) == xinshu.NotFound {
					id, err = a.org.AddPerson(tx, actor, org.PersonDraft{Name: benchName(n), Login: login})
				}
				if err != nil {
					return err
				}
				made = append(made, id)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("bench people: %w", err)
		}
		ids = append(ids, made...)
	}
	tokens, err := a.identity.OpenSession(ctx, actor, ids, "bench")
	if err != nil {
		return nil, fmt.Errorf("bench sessions: %w", err)
	}
	items := make([]benchPerson, len(ids))
	for i := range ids {
		items[i] = benchPerson{ids[i], tokens[i]}
	}
	return items, nil
}

// announceBench says so loudly.
func announceBench(out io.Writer) {
	_, _ = fmt.Fprintln(out, "\n*** BENCH MODE: everybody who reaches this address can act as anybody. Never for real data. ***") // the terminal has gone
}
