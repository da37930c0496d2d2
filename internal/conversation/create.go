package conversation

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// Draft is a conversation to be created.
type Draft struct {
	ClientID  string
	Kind      Kind
	Name      string
	Purpose   string
	Members   []xinshu.PersonID // besides the creator; the one other person of a direct conversation
	Audience  *org.Audience     // further members, as it is now; nil: none
	History   History           // "" is all
	PostRight Right             // "" is all
	AllRight  Right             // "" is all
	Owner     xinshu.PersonID   // the creator when the system acts; not for people
}

// memberPiece bounds the members added in one transaction: about 15 ms of SQLite's writer.
const memberPiece = 500

// Create makes a conversation and returns its id. The same client_id of the same creator gives the same conversation for ever,
// [xinshu.Conflict] if it asked for something else; two people have one direct conversation. Everybody must take part in the
// organisation, else [xinshu.NotFound]. More than 500 members come in pieces; a replay completes what a crash cut short.
func (s *Service) Create(ctx context.Context, actor xinshu.Actor, d Draft) (xinshu.ConversationID, error) {
	creator := actor.Person
	if actor.IsSystem() {
		creator = d.Owner
	}
	if actor.IsAnonymous() || creator == 0 {
		return 0, errAnonymous
	}
	if err := d.check(creator); err != nil {
		return 0, err
	}
	hash := d.hash()
	if d.Audience != nil {
		if err := s.resolve(ctx, &d, creator); err != nil {
			return 0, err
		}
	}
	var id xinshu.ConversationID
	filled := true
	err := s.opt.DB.Write(ctx, func(tx *db.Tx) (err error) {
		id, filled, err = s.create(tx, actor, creator, d, hash)
		return err
	})
	for from := memberPiece; err == nil && !filled; from += memberPiece {
		err = s.opt.DB.Write(ctx, func(tx *db.Tx) (err error) {
			filled, err = s.fill(tx, actor, id, d.Members[min(from, len(d.Members)):])
			return err
		})
	}
	return id, err
}

// resolve adds the people of the audience to the members.
func (s *Service) resolve(ctx context.Context, d *Draft, creator xinshu.PersonID) error {
	var people []xinshu.PersonID
	err := s.opt.DB.Read(ctx, func(tx *db.Tx) (err error) {
		people, err = s.opt.Org.AudiencePeople(tx, *d.Audience)
		return err
	})
	if err != nil {
		return err
	}
	d.Members = append(d.Members, people...)
	return d.checkMembers(creator)
}

func (s *Service) create(tx *db.Tx, actor xinshu.Actor, creator xinshu.PersonID, d Draft, hash []byte) (id xinshu.ConversationID, filled bool, err error) {
	key, _ := ClientKey(d.ClientID)
	if id, filled, err := replayed(tx, key[:], creator, hash); err != nil || id != 0 {
		return id, filled, err
	}
	if err := s.allActive(tx, append([]xinshu.PersonID{creator}, d.Members...)); err != nil {
		return 0, false, err
	}
	now := s.now()
	st := &State{ID: xinshu.NewID[xinshu.ConversationID](s.opt.IDs), Kind: d.Kind, Name: d.Name, Purpose: d.Purpose, History: d.History,
		PostRight: d.PostRight, AllRight: d.AllRight, CreatedAt: now, UpdatedAt: now, WindowSeq: 1}
	st.Hash = Genesis(st.ID)
	if d.Kind == Direct {
		st.Low, st.High = min(creator, d.Members[0]), max(creator, d.Members[0])
		n, err := tx.Exec(`INSERT INTO direct_pair (low_id, high_id, conversation_id) VALUES (?1, ?2, ?3)
			ON CONFLICT (low_id, high_id) DO NOTHING`, st.Low, st.High, st.ID)
		if err != nil {
			return 0, false, fmt.Errorf("direct pair: %w", err)
		}
		if n == 0 {
			err := tx.Row(`SELECT conversation_id FROM direct_pair WHERE low_id = ?1 AND high_id = ?2`, st.Low, st.High).Scan(&id)
			return id, true, err
		}
	}
	first := d.Members[:min(memberPiece, len(d.Members))]
	st.filled = len(first) == len(d.Members)
	n, err := tx.Exec(`INSERT INTO conversation (id, kind, name, name_key, purpose, creator_id, client_key, request_hash, low_id, high_id,
		history, post_right, all_right, member_rev, member_count, window_seq, filled, archived_at, created_at)
		VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,0,0,1,?14,0,?15) ON CONFLICT (client_key, creator_id) DO NOTHING`,
		st.ID, string(st.Kind), st.Name, nameKey(st.Name), st.Purpose, creator, key[:], hash, st.Low, st.High,
		string(st.History), string(st.PostRight), string(st.AllRight), st.filled, now)
	if err != nil {
		return 0, false, fmt.Errorf("insert conversation: %w", err)
	}
	if n == 0 { // another node was first with this client_id
		return 0, false, xinshu.Errorf(xinshu.Unavailable, "Please try again.")
	}
	members := append(slices.Clone(first), creator)
	slices.Sort(members)
	err = s.insertMembers(tx, st, slices.Compact(members), func(p xinshu.PersonID) Role {
		if p == creator && d.Kind != Direct {
			return RoleOwner
		}
		return RoleMember
	})
	if err != nil {
		return 0, false, err
	}
	if err := s.settingsChanged(tx, st, xinshu.Actor{Person: creator, System: actor.System}, "created"); err != nil {
		return 0, false, err
	}
	if err := s.Save(tx, st); err != nil {
		return 0, false, err
	}
	err = s.publish(tx, xinshu.Event{People: members, Kind: xinshu.EventConversation}, SettingsView{ConversationID: st.ID, Change: "joined"})
	if err != nil || d.Kind == Direct {
		return st.ID, st.filled, err
	}
	return st.ID, st.filled, s.audit(tx, actor, "conversation.create", st.ID, map[string]any{"kind": d.Kind, "members": len(d.Members) + 1})
}

// fill adds the next piece of the members named at the creation.
func (s *Service) fill(tx *db.Tx, actor xinshu.Actor, id xinshu.ConversationID, rest []xinshu.PersonID) (filled bool, err error) {
	st, err := s.lockOne(tx, id)
	if err != nil || st.filled {
		return true, err
	}
	piece := rest[:min(memberPiece, len(rest))]
	st.filled = len(piece) == len(rest)
	if len(piece) > 0 {
		if err := s.add(tx, st, actor, piece, RoleMember, "added"); err != nil {
			return false, err
		}
	}
	if st.filled {
		if _, err := tx.Exec(`UPDATE conversation SET filled = 1 WHERE id = ?1`, id); err != nil {
			return false, fmt.Errorf("mark filled: %w", err)
		}
	}
	return st.filled, s.Save(tx, st)
}

// replayed finds what an earlier request with the same client_id made; 0 if there was none.
func replayed(tx *db.Tx, key []byte, creator xinshu.PersonID, hash []byte) (id xinshu.ConversationID, filled bool, err error) {
	var old []byte
	err = tx.Row(`SELECT id, filled, request_hash FROM conversation WHERE client_key = ?1 AND creator_id = ?2`, key, creator).Scan(&id, &filled, &old)
	switch {
	case errors.Is(err, db.ErrNoRows):
		return 0, false, nil
	case err != nil:
		return 0, false, fmt.Errorf("find earlier request: %w", err)
	case !slices.Equal(old, hash):
		return 0, false, errReplay
	}
	return id, filled, nil
}

// hash identifies the request; the order of members does not matter.
func (d *Draft) hash() []byte {
	text, err := json.Marshal(struct {
		K       Kind
		N, P    string
		M       []xinshu.PersonID
		H       History
		PR, AR  Right
		A       *org.Audience
		Version int
	}{d.Kind, d.Name, d.Purpose, d.Members, d.History, d.PostRight, d.AllRight, d.Audience, 1})
	if err != nil {
		panic("conversation: a draft of plain fields cannot be encoded: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return sum[:16]
}
