package conversation

import (
	"encoding/json"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/org"
)

func TestAppendedHeadIsThatOfTheStruct(t *testing.T) {
	t.Parallel()
	said, err := json.Marshal(Announcement{Type: "system", Kind: "left", People: []Name{{ID: 3, Name: "<张伟>"}}, Fallback: "<张伟> left."})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"", "报销", "<b>\"\\\n\u2028\xff"} {
		full := Head{ID: 1<<62 + 7, Kind: Direct, Name: s, Purpose: s, LastSeq: 1, Rev: 2, MemberRev: 3, MemberCount: 4, Role: RoleOwner, ReadSeq: 5,
			ReceiptSeq: 6, Unread: 7, Mentions: 8, Muted: true, Pinned: true, FirstSeq: 9,
			LastMessage: &LastMessage{Seq: 10, Sender: &Sender{ID: 11, Kind: "person", Name: s}, SentAt: 1772442000123, Excerpt: s, Type: "text"},
			Peer:        &org.PersonBrief{ID: 12, Kind: "person", Name: s, Department: s, Position: s},
			History:     HistoryJoined, PostRight: RightAll, AllRight: RightAdmins, ArchivedAt: 13, CreatedAt: 14, UpdatedAt: 15}
		system := full
		system.LastMessage = &LastMessage{Seq: 10, SentAt: xinshu.Millis(1), Excerpt: s, Type: "system", Content: said}
		for _, h := range []Head{full, system, {}} {
			want, err := json.Marshal(h)
			if err != nil {
				t.Fatal(err)
			}
			if got := h.AppendJSON(nil); string(got) != string(want) {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
	}
}
