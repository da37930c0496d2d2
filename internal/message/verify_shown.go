package message

import (
	"cmp"
	"slices"

	"github.com/xinshu-im/xinshu/internal/conversation"
)

// shownState compares, by seq, how messages stand in the table with what the chain says became of them. The digests of a version
// hold whichever row it is in: without this comparison an old version could be put back, or a message hidden as recalled. It holds
// only messages that changed or claim to have.
type shownState map[int64]*shown

type shown struct {
	rev                int64 // of the posting; 0 while the message was not met
	contentRev, want   int64
	edited, recalled   bool // as they stand
	wasEdited, wasGone bool // as the chain says
}

func (s shownState) at(seq int64) *shown {
	if s[seq] == nil {
		s[seq] = &shown{}
	}
	return s[seq]
}

// posted notes a message as it stands. Its changes come later in the chain.
func (s shownState) posted(m *chainRow) {
	if m.contentRev == m.rev && m.edited == 0 && m.recalled == 0 {
		return
	}
	x := s.at(m.seq)
	x.rev, x.contentRev, x.want, x.edited, x.recalled = m.rev, m.contentRev, m.rev, m.edited != 0, m.recalled != 0
}

// changed notes an edit or a recall of the chain.
func (s shownState) changed(c conversation.ChangeRow) {
	x := s.at(c.Seq)
	x.want = c.Rev
	x.wasEdited = x.wasEdited || c.Kind == conversation.ChangeEdited
	x.wasGone = x.wasGone || c.Kind == conversation.ChangeRecalled
}

// fault names the first message that does not stand as the chain says, by the rev that brought it to where it should be.
func (s shownState) fault() *Fault {
	var out []Fault
	for _, x := range s {
		if x.rev == 0 || x.contentRev != x.want || x.edited != x.wasEdited || x.recalled != x.wasGone {
			out = append(out, Fault{x.want, "the message is not shown as it was left"})
		}
	}
	if len(out) == 0 {
		return nil
	}
	first := slices.MinFunc(out, func(a, b Fault) int { return cmp.Compare(a.Rev, b.Rev) })
	return &first
}
