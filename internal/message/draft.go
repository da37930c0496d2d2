package message

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/text"
)

// Draft is a message to be posted.
type Draft struct {
	Conversation xinshu.ConversationID
	ClientID     string // ≤ 64 characters; a UUIDv7 keeps the index sequential
	Text         string // ≤ 16,000 code points
	ReplyTo      int64  // seq of the quoted message of the same conversation, or 0
}

// textContent is the content of a text message and whom it mentions.
type textContent struct {
	json     string
	text     string
	mentions []xinshu.PersonID // explicit, each once, in order of appearance
	all      bool
}

// newText checks a text and reads its mentions. Errors: [xinshu.Invalid], [xinshu.TooLarge].
func newText(s string) (c textContent, err error) {
	switch err := text.ValidText(s, xinshu.MaxText); {
	case errors.Is(err, text.ErrTextTooLong):
		return c, xinshu.Errorf(xinshu.TooLarge, "A message has at most %d characters.", xinshu.MaxText)
	case err != nil:
		return c, xinshu.Errorf(xinshu.Invalid, "The text has characters that cannot be used.")
	}
	if strings.TrimFunc(s, unicode.IsSpace) == "" {
		return c, xinshu.Errorf(xinshu.Invalid, "A message needs a text.")
	}
	c.text = s
	if c.mentions, c.all = mentionsOf(s); len(c.mentions) > xinshu.MaxMentions {
		return c, xinshu.Errorf(xinshu.Invalid, "A message mentions at most %d people.", xinshu.MaxMentions)
	}
	b := make([]byte, 0, len(s)+len(s)/8+32)
	b = append(b, `{"type":"text","text":`...)
	b = text.AppendJSON(b, s)
	c.json = string(append(b, '}'))
	return c, nil
}

const mentionLength = len("<@") + 13 + len(">")

// mentionsOf finds <@PERSONID> and <@all>. Markdown is not read: a mention in a code block mentions too.
func mentionsOf(s string) (people []xinshu.PersonID, all bool) {
	if !strings.Contains(s, "<@") {
		return nil, false
	}
	seen := map[xinshu.PersonID]bool{}
	for {
		at := strings.Index(s, "<@")
		if at < 0 {
			return people, all
		}
		s = s[at:]
		switch id, n := mentionAt(s); {
		case n == 0:
			s = s[2:]
		case id == 0:
			all = true
			s = s[n:]
		default:
			if !seen[id] {
				seen[id] = true
				people = append(people, id)
			}
			s = s[n:]
		}
	}
}

// mentionAt reads the mention at the beginning of s and its length; 0 bytes if there is none, person 0 for everybody.
func mentionAt(s string) (xinshu.PersonID, int) {
	if strings.HasPrefix(s, "<@all>") {
		return 0, len("<@all>")
	}
	if len(s) < mentionLength || s[mentionLength-1] != '>' {
		return 0, 0
	}
	id, err := xinshu.ParseID[xinshu.PersonID](s[2 : mentionLength-1])
	if err != nil || id == 0 {
		return 0, 0
	}
	return id, mentionLength
}

// excerptLength is how much of a text lists and quotes show, in code points.
const excerptLength = 100

// lastSpace is the ideographic space: no white space has a larger code.
const lastSpace = '\u3000'

// excerpt returns the beginning of a text in one line, with names in place of mentions.
func excerpt(s string, names map[xinshu.PersonID]string) string {
	var b strings.Builder
	b.Grow(min(len(s), 3*excerptLength))
	space := false
	for n := 0; len(s) > 0 && n < excerptLength; {
		if s[0] == '<' {
			if id, size := mentionAt(s); size > 0 {
				name := names[id]
				if id == 0 {
					name = "all"
				}
				if space && n > 0 {
					b.WriteByte(' ')
					n++
				}
				space = false
				b.WriteString("@" + name)
				n += 1 + utf8.RuneCountInString(name)
				s = s[size:]
				continue
			}
		}
		r, size := utf8.DecodeRuneInString(s)
		c := s[:size]
		s = s[size:]
		if r <= lastSpace && unicode.IsSpace(r) {
			space = true
			continue
		}
		if space && n > 0 {
			b.WriteByte(' ')
			n++
		}
		space = false
		b.WriteString(c)
		n++
	}
	return b.String()
}

// requestHash identifies what a client_id was used for: 16 bytes over type, text and quote.
func requestHash(kind, content string, replyTo int64) []byte {
	b := make([]byte, 0, 9+len(kind)+len(content))
	b = binary.BigEndian.AppendUint64(b, uint64(replyTo))
	b = append(b, kind...)
	b = append(b, 0)
	b = append(b, content...)
	sum := sha256.Sum256(b)
	return sum[:16]
}

// formatMentions and parseMentions keep mentions in one column: ids and "all", comma separated.
func formatMentions(people []xinshu.PersonID, all bool) string {
	if len(people) == 0 && !all {
		return ""
	}
	b := make([]byte, 0, 14*len(people)+4)
	if all {
		b = append(b, "all,"...)
	}
	for _, p := range people {
		b = append(p.AppendText(b), ',')
	}
	return string(b[:len(b)-1])
}

func parseMentions(s string) (people []xinshu.PersonID, all bool) {
	for s != "" {
		part, rest, _ := strings.Cut(s, ",")
		s = rest
		if part == "all" {
			all = true
		} else if id, err := xinshu.ParseID[xinshu.PersonID](part); err == nil {
			people = append(people, id)
		}
	}
	return people, all
}

// clientKey returns the key and, unless the key says it all, the client_id to be stored.
func clientKey(id string) (key []byte, stored string) {
	k, isUUID := conversation.ClientKey(id)
	if isUUID {
		return k[:], ""
	}
	return k[:], id
}

const hexDigits = "0123456789abcdef"

// clientID is the inverse of [clientKey].
func clientID(key []byte, stored string) string {
	if stored != "" || len(key) != 16 {
		return stored
	}
	b := make([]byte, 0, 36)
	for i, c := range key {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			b = append(b, '-')
		}
		b = append(b, hexDigits[c>>4], hexDigits[c&15])
	}
	return string(b)
}
