package xinshu

// Limits of everything that comes from outside: one table for code, documentation and tests.
const (
	MaxText            = 16_000    // code points of a message text
	MaxFrame           = 256 << 10 // bytes of an inbound socket frame
	MaxBody            = 1 << 20   // bytes of a JSON request body
	MaxImport          = 256 << 20 // bytes of an import file
	MaxMentions        = 200       // explicit mentions of a message
	MaxName            = 128       // code points of any name
	MaxPurpose         = 1_000     // code points of a conversation's purpose
	MaxMembersRequest  = 1_000     // members in one request
	MaxMembers         = 100_000   // members of one conversation
	MaxPage            = 200       // items of a list page
	MaxHeads           = 1_000     // conversations of one list page: a client's first list is one request
	MaxClientID        = 64        // characters of a client_id
	MaxQuery           = 256       // code points of a search query
	MaxReactions       = 50        // different emoji on one message
	MaxEmoji           = 32        // bytes of one emoji
	MaxPins            = 200       // pinned messages of one conversation
	MaxLater           = 1_000     // messages that one person has open for later
	MaxSessions        = 50        // live sessions of one person; the oldest ends
	MaxStreams         = 100       // open streams of one person: two for each session
	MinPassword        = 8         // code points of a password
	MaxPassword        = 256       // code points of a password
	MaxDepartmentDepth = 32        // levels of the department tree
	MaxMemberships     = 20        // memberships of one person
)

// Limit is one row of the table of limits.
type Limit struct {
	Name  string // stable name, as in the documentation
	Value int
	Unit  string
}

// LimitTable lists the limits for documentation and tests.
func LimitTable() []Limit {
	return []Limit{
		{"text", MaxText, "code points"},
		{"frame", MaxFrame, "bytes"},
		{"body", MaxBody, "bytes"},
		{"import_file", MaxImport, "bytes"},
		{"mentions", MaxMentions, "people"},
		{"name", MaxName, "code points"},
		{"purpose", MaxPurpose, "code points"},
		{"members_per_request", MaxMembersRequest, "people"},
		{"members", MaxMembers, "people"},
		{"page", MaxPage, "items"},
		{"conversations_page", MaxHeads, "conversations"},
		{"client_id", MaxClientID, "characters"},
		{"search_query", MaxQuery, "code points"},
		{"reactions_per_message", MaxReactions, "emoji"},
		{"emoji", MaxEmoji, "bytes"},
		{"pins", MaxPins, "messages"},
		{"later_open", MaxLater, "messages"},
		{"sessions_per_person", MaxSessions, "sessions"},
		{"streams_per_person", MaxStreams, "streams"},
		{"password_min", MinPassword, "code points"},
		{"password_max", MaxPassword, "code points"},
		{"department_depth", MaxDepartmentDepth, "levels"},
		{"memberships_per_person", MaxMemberships, "memberships"},
	}
}
