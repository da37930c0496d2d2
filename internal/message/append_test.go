package message_test

import (
	"encoding/json"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/message"
)

// plain is a Message that encoding/json writes by itself.
type plain message.Message

func compare(t *testing.T, m message.Message) {
	t.Helper()
	want, err := json.Marshal(plain(m))
	if err != nil {
		t.Fatal(err)
	}
	if got := m.AppendJSON(nil); string(got) != string(want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, err := json.Marshal(m); err != nil || string(got) != string(want) {
		t.Errorf("marshalled %s %v\nwant %s", got, err, want)
	}
}

func sample(text string) message.Message {
	content, _ := json.Marshal(map[string]string{"type": "text", "text": text}) // strings always encode
	return message.Message{ConversationID: 1<<62 + 7, Seq: 9, Rev: 12, ClientID: text, Sender: &conversation.Sender{ID: 5, Kind: "person", Name: text},
		SentAt: 1772442000123, EditedAt: 1, RecalledAt: 2, Content: content,
		ReplyTo:  &message.Quote{Seq: 3, Sender: &conversation.Name{ID: 8, Name: text}, Excerpt: text},
		Mentions: []message.Mention{{ID: "all"}, {ID: xinshu.PersonID(3).String(), Name: text}},
		Reactions: []message.Reaction{{Emoji: "👍", Count: 2, People: []xinshu.PersonID{1, 2}},
			{Emoji: text, Count: 1, People: []xinshu.PersonID{}}}}
}

func TestAppendedJSONIsThatOfTheStruct(t *testing.T) {
	t.Parallel()
	all := make([]rune, 0, 0x800)
	for r := rune(0); r < 0x800; r++ {
		all = append(all, r)
	}
	for _, text := range []string{"", "你好", string(all), "a\xffb\xc3", "\u2028\u2029\u2027", "</script>&\"\\\x7f", "👩‍👩‍👧 \U0010ffff", "\ufffd"} {
		compare(t, sample(text))
	}
	bare := sample("x")
	bare.Sender, bare.ReplyTo, bare.EditedAt, bare.RecalledAt = nil, nil, 0, 0
	bare.Mentions, bare.Reactions = []message.Mention{}, []message.Reaction{}
	compare(t, bare)
	bare.ReplyTo = &message.Quote{Seq: 1}
	compare(t, bare)
}

func FuzzAppendedJSON(f *testing.F) {
	f.Add("你好 <@all>")
	f.Fuzz(func(t *testing.T, text string) { compare(t, sample(text)) })
}

func BenchmarkAppendJSON(b *testing.B) {
	m := sample("明天上午十点开会, 请带上采购合同和付款计划。")
	b.Run("appender", func(b *testing.B) {
		dst := make([]byte, 0, 4096)
		for b.Loop() {
			dst = m.AppendJSON(dst[:0])
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		for b.Loop() {
			if _, err := json.Marshal(plain(m)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
