package org

import (
	"cmp"
	"context"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// PositionDraft is an entry of the catalogue of positions to be created.
type PositionDraft struct {
	ClientID string // makes the request safe to repeat; "" if it is not
	Name     string
	Code     string
}

// RankDraft is an entry of the catalogue of ranks to be created.
type RankDraft struct {
	ClientID string // makes the request safe to repeat; "" if it is not
	Name     string
	Code     string
	Level    int64 // a larger level is a higher rank
}

// PositionUpdate says what is to change; nil stays as it is.
type PositionUpdate struct{ Name, Code *string }

// RankUpdate says what is to change; nil stays as it is.
type RankUpdate struct {
	Name, Code *string
	Level      *int64
}

var (
	errNameTaken = conflict("name", "The name or the code is taken.")
	errInUse     = xinshu.Errorf(xinshu.Conflict, "There are people who have it.")
)

// FindPositions lists the catalogue of positions by name.
func (s *Service) FindPositions(ctx context.Context, actor xinshu.Actor) (out []PositionItem, err error) {
	err = s.read(ctx, actor, func(_ *db.Tx, d *directory) error {
		use, _ := d.catalogueUse()
		out = make([]PositionItem, len(d.positions))
		for i, c := range d.positions {
			id := xinshu.PositionID(c.id)
			out[i] = PositionItem{Position{ID: id, Name: c.name, Code: c.code}, use[id]}
		}
		slices.SortFunc(out, func(a, b PositionItem) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
		return nil
	})
	return out, err
}

// FindRanks lists the catalogue of ranks, the lowest first.
func (s *Service) FindRanks(ctx context.Context, actor xinshu.Actor) (out []RankItem, err error) {
	err = s.read(ctx, actor, func(_ *db.Tx, d *directory) error {
		_, use := d.catalogueUse()
		out = make([]RankItem, len(d.ranks))
		for i, c := range d.ranks {
			id := xinshu.RankID(c.id)
			out[i] = RankItem{Rank{ID: id, Name: c.name, Code: c.code, Level: c.level}, use[id]}
		}
		slices.SortFunc(out, func(a, b RankItem) int {
			return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
		})
		return nil
	})
	return out, err
}

// catalogueUse counts who has which position and rank; whoever has a position in several departments counts once.
func (d *directory) catalogueUse() (positions map[xinshu.PositionID]CatalogueUse, ranks map[xinshu.RankID]CatalogueUse) {
	positions, ranks = map[xinshu.PositionID]CatalogueUse{}, map[xinshu.RankID]CatalogueUse{}
	add := func(u CatalogueUse, e *entry) CatalogueUse {
		if e.status.Counts() {
			u.People++
		} else {
			u.Former++
		}
		return u
	}
	for _, e := range d.people {
		if e.rank != 0 {
			ranks[e.rank] = add(ranks[e.rank], e)
		}
		for i, p := range e.in {
			again := slices.ContainsFunc(e.in[:i], func(q place) bool { return q.position == p.position })
			if p.position != 0 && !again {
				positions[p.position] = add(positions[p.position], e)
			}
		}
	}
	return positions, ranks
}

// catalogueFree refuses a name or code that another entry has. table is one of ours.
func (e *edit) catalogueFree(table, name, code string, self int64) error {
	var n int
	err := e.tx.Row(`SELECT count(*) FROM `+table+` WHERE (name = ?1 OR code = ?2 AND code <> '') AND id <> ?3`, name, code, self).Scan(&n)
	if err == nil && n > 0 {
		return errNameTaken
	}
	return err
}

// CreatePosition adds an entry to the catalogue of positions. [xinshu.Conflict] for a name or code that is taken.
func (s *Service) CreatePosition(ctx context.Context, actor xinshu.Actor, draft PositionDraft) (out Position, err error) {
	err = s.change(ctx, actor, func(e *edit) error {
		id, err := e.once("position", draft.ClientID, draft, func() (int64, error) { return e.addPosition(draft) })
		if err != nil {
			return err
		}
		out, err = e.position(xinshu.PositionID(id))
		return err
	})
	return out, err
}

func (e *edit) addPosition(draft PositionDraft) (int64, error) {
	p := Position{ID: xinshu.NewID[xinshu.PositionID](e.opt.IDs)}
	var err error
	if p.Name, p.Code, err = cleanCatalogue(draft.Name, draft.Code); err != nil {
		return 0, err
	}
	if err := e.catalogueFree("position_row", p.Name, p.Code, 0); err != nil {
		return 0, err
	}
	_, err = e.tx.Exec(`INSERT INTO position_row (id, gen_from, name, code) VALUES (?1, ?2, ?3, ?4)`, p.ID, e.head.gen, p.Name, p.Code)
	e.touch(changedCatalogue, 0)
	return p.ID.Int64(), cmp.Or(err, e.audit("position.create", "position:"+p.ID.String(), p))
}

// position returns an entry as this transaction sees it; [xinshu.NotFound].
func (e *edit) position(id xinshu.PositionID) (Position, error) {
	p := Position{ID: id}
	err := e.tx.Row(`SELECT name, code FROM position WHERE id = ?1`, id).Scan(&p.Name, &p.Code)
	return p, absent(err, errNoPosition)
}

// UpdatePosition changes an entry. [xinshu.NotFound], [xinshu.Conflict] for a name or code that is taken.
func (s *Service) UpdatePosition(ctx context.Context, actor xinshu.Actor, id xinshu.PositionID, up PositionUpdate) (out Position, err error) {
	err = s.change(ctx, actor, func(e *edit) error {
		if out, err = e.position(id); err != nil {
			return err
		}
		if out.Name, out.Code, err = cleanCatalogue(or(up.Name, out.Name), or(up.Code, out.Code)); err != nil {
			return err
		}
		if err := e.catalogueFree("position_row", out.Name, out.Code, id.Int64()); err != nil {
			return err
		}
		_, err = e.tx.Exec(`UPDATE position_row SET name = ?2, code = ?3 WHERE id = ?1`, id, out.Name, out.Code)
		e.touch(changedCatalogue, 0)
		return cmp.Or(err, e.audit("position.update", "position:"+id.String(), out))
	})
	return out, err
}

// CreateRank adds an entry to the catalogue of ranks. [xinshu.Conflict] for a name or code that is taken.
func (s *Service) CreateRank(ctx context.Context, actor xinshu.Actor, draft RankDraft) (out Rank, err error) {
	err = s.change(ctx, actor, func(e *edit) error {
		id, err := e.once("rank", draft.ClientID, draft, func() (int64, error) { return e.addRank(draft) })
		if err != nil {
			return err
		}
		out, err = e.rank(xinshu.RankID(id))
		return err
	})
	return out, err
}

func (e *edit) addRank(draft RankDraft) (int64, error) {
	k := Rank{ID: xinshu.NewID[xinshu.RankID](e.opt.IDs), Level: draft.Level}
	var err error
	if k.Name, k.Code, err = cleanCatalogue(draft.Name, draft.Code); err != nil {
		return 0, err
	}
	if err := e.catalogueFree("rank_row", k.Name, k.Code, 0); err != nil {
		return 0, err
	}
	_, err = e.tx.Exec(`INSERT INTO rank_row (id, gen_from, name, code, level) VALUES (?1, ?2, ?3, ?4, ?5)`, k.ID, e.head.gen, k.Name, k.Code, k.Level)
	e.touch(changedCatalogue, 0)
	return k.ID.Int64(), cmp.Or(err, e.audit("rank.create", "rank:"+k.ID.String(), k))
}

// rank returns an entry as this transaction sees it; [xinshu.NotFound].
func (e *edit) rank(id xinshu.RankID) (Rank, error) {
	k := Rank{ID: id}
	err := e.tx.Row(`SELECT name, code, level FROM rank WHERE id = ?1`, id).Scan(&k.Name, &k.Code, &k.Level)
	return k, absent(err, errNoRank)
}

// UpdateRank changes an entry. [xinshu.NotFound], [xinshu.Conflict] for a name or code that is taken.
func (s *Service) UpdateRank(ctx context.Context, actor xinshu.Actor, id xinshu.RankID, up RankUpdate) (out Rank, err error) {
	err = s.change(ctx, actor, func(e *edit) error {
		if out, err = e.rank(id); err != nil {
			return err
		}
		if out.Name, out.Code, err = cleanCatalogue(or(up.Name, out.Name), or(up.Code, out.Code)); err != nil {
			return err
		}
		out.Level = or(up.Level, out.Level)
		if err := e.catalogueFree("rank_row", out.Name, out.Code, id.Int64()); err != nil {
			return err
		}
		_, err = e.tx.Exec(`UPDATE rank_row SET name = ?2, code = ?3, level = ?4 WHERE id = ?1`, id, out.Name, out.Code, out.Level)
		e.touch(changedCatalogue, 0)
		return cmp.Or(err, e.audit("rank.update", "rank:"+id.String(), out))
	})
	return out, err
}

// DeletePosition removes a position that nobody has, whatever the status; [xinshu.Conflict] otherwise.
func (s *Service) DeletePosition(ctx context.Context, actor xinshu.Actor, id xinshu.PositionID) error {
	return s.change(ctx, actor, func(e *edit) error {
		return e.deleteCatalogue("position", id.Int64(), "position:"+id.String(), errNoPosition, `SELECT count(*) FROM membership_row WHERE position_id = ?1`)
	})
}

// DeleteRank removes a rank that nobody has, whatever the status; [xinshu.Conflict] otherwise.
func (s *Service) DeleteRank(ctx context.Context, actor xinshu.Actor, id xinshu.RankID) error {
	return s.change(ctx, actor, func(e *edit) error {
		return e.deleteCatalogue("rank", id.Int64(), "rank:"+id.String(), errNoRank, `SELECT count(*) FROM person_row WHERE rank_id = ?1`)
	})
}

// deleteCatalogue removes an entry of the catalogue kind, position or rank; users counts the rows that name it.
func (e *edit) deleteCatalogue(kind string, id int64, object string, missing *xinshu.Error, users string) error {
	var name string
	if err := e.tx.Row(`SELECT name FROM `+kind+` WHERE id = ?1`, id).Scan(&name); err != nil {
		return absent(err, missing)
	}
	var n int
	if err := e.tx.Row(users, id).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return errInUse
	}
	if _, err := e.tx.Exec(`DELETE FROM `+kind+`_row WHERE id = ?1`, id); err != nil {
		return err
	}
	e.touch(changedCatalogue, 0)
	return e.audit(kind+".delete", object, map[string]any{"name": name})
}

func cleanCatalogue(name, code string) (string, string, error) {
	name, err := CleanName("name", name, xinshu.MaxName)
	if err != nil {
		return "", "", err
	}
	code, err = optional("code", code, maxCode)
	return name, code, err
}

// or returns what p points to, or old.
func or[T any](p *T, old T) T {
	if p != nil {
		return *p
	}
	return old
}
