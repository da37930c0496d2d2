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
	ids, err := s.CreateBatch(ctx, actor, []Draft{d})
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// CreateBatch is [Service.Create] of several conversations in one transaction: all of them, or none for the first fault. The answer
// is parallel to drafts, whose client_ids differ. What of the members is more than 500 of one conversation comes in pieces after.
func (s *Service) CreateBatch(ctx context.Context, actor xinshu.Actor, drafts []Draft) ([]xinshu.ConversationID, error) {
	all := make([]*creation, len(drafts))
	for i, d := range drafts {
		c, err := s.plan(ctx, actor, d)
		if err != nil {
			return nil, err
		}
		all[i] = c
	}
	create := func(tx *db.Tx) error { return s.createAll(tx, actor, all) }
	err := s.opt.DB.Write(ctx, create)
	if errors.Is(err, errRaced) {
		err = s.opt.DB.Write(ctx, create) // which finds what the other made
	}
	if err != nil {
		return nil, err
	}
	ids := make([]xinshu.ConversationID, len(all))
	for i, c := range all {
		ids[i] = c.id
		for from := memberPiece; !c.filled; from += memberPiece {
			err := s.opt.DB.Write(ctx, func(tx *db.Tx) (err error) {
				c.filled, err = s.fill(tx, actor, c.id, c.d.Members[min(from, len(c.d.Members)):])
				return err
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return ids, nil
}

// creation is a conversation on its way.
type creation struct {
	d       Draft // checked and complete
	creator xinshu.PersonID
	key     [16]byte // of the client_id
	hash    []byte
	id      xinshu.ConversationID // 0: not made yet
	filled  bool                  // all members are in
	state   *State                // of one that is new
}

// plan checks and completes a draft.
func (s *Service) plan(ctx context.Context, actor xinshu.Actor, d Draft) (*creation, error) {
	c := &creation{creator: actor.Person}
	if actor.IsSystem() {
		c.creator = d.Owner
	}
	if actor.IsAnonymous() || c.creator == 0 {
		return nil, errAnonymous
	}
	if err := d.check(c.creator); err != nil {
		return nil, err
	}
	c.key, _ = ClientKey(d.ClientID)
	c.hash = d.hash()
	if d.Audience != nil {
		if err := s.resolve(ctx, &d, c.creator); err != nil {
			return nil, err
		}
	}
	c.d = d
	return c, nil
}

// createAll makes conversations with the first of their members inside the caller's transaction, or finds what was made earlier.
func (s *Service) createAll(tx *db.Tx, actor xinshu.Actor, all []*creation) error {
	if err := replay(tx, all); err != nil {
		return err
	}
	var people []xinshu.PersonID
	for _, c := range all {
		if c.id == 0 {
			people = append(append(people, c.creator), c.d.Members...)
		}
	}
	if err := s.allActive(tx, people); err != nil {
		return err
	}
	var fresh []*creation
	var members []joining
	for _, c := range all {
		if c.id != 0 {
			continue
		}
		st := s.newState(c)
		if c.d.Kind == Direct {
			var err error
			if c.id, err = pairUp(tx, st); err != nil {
				return err
			}
			if c.id != 0 {
				c.filled = true
				continue
			}
		}
		c.id, c.filled, c.state = st.ID, st.filled, st
		fresh, members = append(fresh, c), append(members, joining{st, c.first(), c.role})
	}
	if err := s.insertMembers(tx, members...); err != nil {
		return err
	}
	return s.insert(tx, actor, fresh)
}

// errRaced says that another transaction was first with a client_id, on PostgreSQL.
var errRaced = xinshu.Errorf(xinshu.Unavailable, "Please try again.")

// insert stores conversations whose members are stored, and tells of them.
func (s *Service) insert(tx *db.Tx, actor xinshu.Actor, fresh []*creation) error {
	rows := make([][]any, len(fresh))
	for i, c := range fresh {
		st := c.state
		rows[i] = []any{st.ID, string(st.Kind), st.Name, nameKey(st.Name), st.Purpose, c.creator, c.key[:], c.hash, st.Low, st.High,
			string(st.History), string(st.PostRight), string(st.AllRight), st.MemberRev, st.MemberCount, st.WindowSeq, st.filled, 0, st.CreatedAt}
	}
	n, err := db.InsertCounted(tx, `INSERT INTO conversation (id, kind, name, name_key, purpose, creator_id, client_key, request_hash, low_id, high_id,
		history, post_right, all_right, member_rev, member_count, window_seq, filled, archived_at, created_at)`, rows,
		` ON CONFLICT (client_key, creator_id) DO NOTHING`)
	if err != nil {
		return fmt.Errorf("insert conversations: %w", err)
	}
	if n != int64(len(rows)) {
		return errRaced
	}
	states := make([]*State, len(fresh))
	for i, c := range fresh {
		if err := s.tell(tx, actor, c); err != nil {
			return err
		}
		c.state.settings = false // they are in the row
		states[i] = c.state
	}
	return s.Save(tx, states...)
}

// tell begins the log of a new conversation and lets its members and the audit trail know.
func (s *Service) tell(tx *db.Tx, actor xinshu.Actor, c *creation) error {
	if err := s.settingsChanged(tx, c.state, xinshu.Actor{Person: c.creator, System: actor.System}, "created"); err != nil {
		return err
	}
	err := s.publish(tx, xinshu.Event{People: c.first(), Kind: xinshu.EventConversation}, SettingsView{ConversationID: c.id, Change: "joined"})
	if err != nil || c.d.Kind == Direct {
		return err
	}
	return s.audit(tx, actor, "conversation.create", c.state, map[string]any{"kind": c.d.Kind, "members": len(c.d.Members) + 1})
}

// first returns who comes in the transaction that makes the conversation: its creator and the first piece of the members, sorted.
func (c *creation) first() []xinshu.PersonID {
	out := append(slices.Clone(c.d.Members[:min(memberPiece, len(c.d.Members))]), c.creator)
	slices.Sort(out)
	return out
}

func (c *creation) role(p xinshu.PersonID) Role {
	if p == c.creator && c.d.Kind != Direct {
		return RoleOwner
	}
	return RoleMember
}

// replay gives those an id whose client_id made a conversation earlier.
func replay(tx *db.Tx, all []*creation) error {
	byKey := make(map[[16]byte]*creation, len(all))
	keys := make([][]byte, len(all))
	for i, c := range all {
		c.id, c.filled = 0, false // the transaction may be tried again
		byKey[c.key], keys[i] = c, c.key[:]
	}
	for chunk := range slices.Chunk(keys, db.MaxList) {
		earlier, err := db.All(tx, func(r *db.Rows) (c creation, err error) {
			var key []byte
			if err = r.Scan(&c.id, &key, &c.creator, &c.filled, &c.hash); err == nil {
				c.key = [16]byte(key)
			}
			return c, err
		}, `SELECT id, client_key, creator_id, filled, request_hash FROM conversation WHERE client_key IN `+db.List(1, len(chunk)), db.ListArgs(chunk)...)
		if err != nil {
			return fmt.Errorf("find earlier requests: %w", err)
		}
		for _, e := range earlier {
			c := byKey[e.key]
			switch {
			case c.creator != e.creator:
			case !slices.Equal(c.hash, e.hash):
				return errReplay
			default:
				c.id, c.filled = e.id, e.filled
			}
		}
	}
	return nil
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

func (s *Service) newState(c *creation) *State {
	now := s.now()
	st := &State{ID: xinshu.NewID[xinshu.ConversationID](s.opt.IDs), Kind: c.d.Kind, Name: c.d.Name, Purpose: c.d.Purpose, History: c.d.History,
		PostRight: c.d.PostRight, AllRight: c.d.AllRight, CreatedAt: now, UpdatedAt: now, WindowSeq: 1,
		filled: len(c.d.Members) <= memberPiece}
	st.Hash = Genesis(st.ID)
	if c.d.Kind == Direct {
		st.Low, st.High = min(c.creator, c.d.Members[0]), max(c.creator, c.d.Members[0])
	}
	return st
}

// pairUp gives two people st as their direct conversation; it returns the one that they had, 0 if none.
func pairUp(tx *db.Tx, st *State) (had xinshu.ConversationID, err error) {
	n, err := tx.Exec(`INSERT INTO direct_pair (low_id, high_id, conversation_id) VALUES (?1, ?2, ?3)
		ON CONFLICT (low_id, high_id) DO NOTHING`, st.Low, st.High, st.ID)
	if err != nil {
		return 0, fmt.Errorf("direct pair: %w", err)
	}
	if n == 0 {
		err = tx.Row(`SELECT conversation_id FROM direct_pair WHERE low_id = ?1 AND high_id = ?2`, st.Low, st.High).Scan(&had)
	}
	return had, err
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
