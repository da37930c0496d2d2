package conversation

import (
	"errors"
	"slices"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/text"
)

// check completes d with defaults and refuses what is malformed with [xinshu.Invalid].
func (d *Draft) check(creator xinshu.PersonID) (err error) {
	if err := CheckClientID(d.ClientID); err != nil {
		return err
	}
	if err := d.checkMembers(creator); err != nil {
		return err
	}
	d.History, d.PostRight, d.AllRight = orDefault(d.History, HistoryAll), orDefault(d.PostRight, RightAll), orDefault(d.AllRight, RightAll)
	if err := checkSettings(d.History, d.PostRight, d.AllRight); err != nil {
		return err
	}
	switch d.Kind {
	case Direct:
		if len(d.Members) != 1 || d.Audience != nil {
			return xinshu.Errorf(xinshu.Invalid, "A direct conversation is with one other person.")
		}
		if d.Name != "" || d.Purpose != "" {
			return xinshu.Errorf(xinshu.Invalid, "A direct conversation has neither name nor purpose.")
		}
		if d.PostRight != RightAll || d.AllRight != RightAll || d.History != HistoryAll {
			return xinshu.Errorf(xinshu.Invalid, "A direct conversation has no settings.")
		}
		return nil
	case Group, Channel:
	default:
		return xinshu.Errorf(xinshu.Invalid, "A conversation is direct, a group or a channel.")
	}
	if d.Name, err = checkName(d.Name, d.Kind); err != nil {
		return err
	}
	d.Purpose, err = checkPurpose(d.Purpose)
	return err
}

// checkMembers sorts the members and takes out the creator and repetitions.
func (d *Draft) checkMembers(creator xinshu.PersonID) error {
	d.Members = slices.Clone(d.Members)
	slices.Sort(d.Members)
	d.Members = slices.DeleteFunc(slices.Compact(d.Members), func(p xinshu.PersonID) bool { return p == creator })
	if len(d.Members) >= xinshu.MaxMembers {
		return errTooMany
	}
	return nil
}

func orDefault[T ~string](v, def T) T {
	if v == "" {
		return def
	}
	return v
}

func checkSettings(h History, rights ...Right) error {
	if h != HistoryAll && h != HistoryJoined {
		return xinshu.Errorf(xinshu.Invalid, "The history is all or joined.")
	}
	for _, r := range rights {
		if r != RightAll && r != RightAdmins {
			return xinshu.Errorf(xinshu.Invalid, "A right belongs to all or to admins.")
		}
	}
	return nil
}

// checkName returns the name as it is stored. A group may go without: clients show its members.
func checkName(name string, kind Kind) (string, error) {
	if kind == Group && strings.TrimSpace(name) == "" {
		return "", nil
	}
	clean, err := text.CleanName(name, xinshu.MaxName)
	switch {
	case errors.Is(err, text.ErrTextTooLong):
		return "", xinshu.Errorf(xinshu.Invalid, "A name has at most %d characters.", xinshu.MaxName)
	case errors.Is(err, text.ErrEmptyName):
		return "", xinshu.Errorf(xinshu.Invalid, "A channel needs a name.")
	case err != nil:
		return "", xinshu.Errorf(xinshu.Invalid, "The name has characters that cannot be used.")
	}
	return clean, nil
}

func checkPurpose(purpose string) (string, error) {
	err := text.ValidText(purpose, xinshu.MaxPurpose)
	if errors.Is(err, text.ErrTextTooLong) {
		return "", xinshu.Errorf(xinshu.Invalid, "A purpose has at most %d characters.", xinshu.MaxPurpose)
	}
	if err != nil {
		return "", xinshu.Errorf(xinshu.Invalid, "The purpose has characters that cannot be used.")
	}
	return strings.TrimSpace(purpose), nil
}

// CheckClientID refuses a client_id that is empty, too long or not printable text, with [xinshu.Invalid].
func CheckClientID(id string) error {
	if id == "" || len(id) > 4*xinshu.MaxClientID || text.ValidText(id, xinshu.MaxClientID) != nil {
		return xinshu.Errorf(xinshu.Invalid, "A client_id has 1 to %d characters.", xinshu.MaxClientID)
	}
	return nil
}

// nameKey is the form of a name by which channels are found and sorted.
func nameKey(name string) string { return text.Fold(name) }
