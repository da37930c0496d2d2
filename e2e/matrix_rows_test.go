package e2e

// row says how a door is tried and what comes of it for those whom the outer ring lets in. An outcome is "200", or status and
// code of a refusal: "404 not_found".
type row struct {
	body  any               // of the request; see cell.fill for what is replaced in it
	query string            // behind the path
	ids   map[string]string // what stands in the path instead of the usual: "person": "$other"
	ready func(*cell)       // makes what the door needs besides the usual

	ok      string // for everybody who is let in and may do it
	member  string // for an ordinary member, where it is not ok
	admin   string // for an administrator of the conversation, where it is not ok
	owner   string // for the owner of the conversation, where it is not ok
	channel string // for a stranger before a channel, where it is not 403 not_a_member
	other   string // for a stranger, where it is not what the kind of object says
}

const forbidden = "403 forbidden"

// textBody is a post.
var textBody = map[string]any{"client_id": "$fresh", "content": map[string]any{"type": "text", "text": "tried"}}

// rows has one row for every door, by the door's name.
var rows = map[string]row{
	"session.create":      {body: map[string]any{"login": "$fresh", "password": "wrong password 12"}, ok: "401 bad_credentials"},
	"session.list":        {ok: "200"},
	"session.end_current": {ok: "204"},
	"session.end":         {ok: "204", ids: map[string]string{"session": "$session"}},
	"session.prove":       {body: map[string]any{"password": "wrong password 12"}, ok: "401 bad_credentials"},
	"setup.state":         {ok: "200"},
	"setup.do":            {body: map[string]any{"token": "$nolink", "login": "x", "name": "X", "password": password}, ok: "410 gone"},
	"link.look_up":        {body: map[string]any{"token": "$nolink"}, ok: "410 gone"},
	"link.redeem":         {body: map[string]any{"token": "$nolink", "password": password}, ok: "410 gone"},
	"me.get":              {ok: "200"},
	"me.settings":         {body: map[string]any{"theme": "dark"}, ok: "200"},
	"me.password":         {body: map[string]any{"current": "wrong password 12", "new": password + " 2"}, ok: "401 bad_credentials"},

	"account.create":       {body: map[string]any{"name": "New", "login": "$fresh"}, ok: "200"},
	"account.link":         {body: map[string]any{"kind": "activation"}, ids: victim, ok: "200"},
	"account.suspend":      {ids: victim, ok: "204"},
	"account.restore":      {ids: victim, ready: suspendVictim, ok: "204"},
	"account.depart":       {ids: victim, ok: "204"},
	"account.handover":     {ids: victim, ok: "200"},
	"account.roles":        {body: map[string]any{"roles": []string{"audit_admin"}}, ids: victim, ok: "204"},
	"account.end_sessions": {ids: victim, ok: "204"},
	"account.list":         {ok: "200"},
	"settings.get":         {ok: "200"},
	"settings.update":      {body: map[string]any{"company_name": "信枢"}, ok: "200"},
	"audit.list":           {ok: "200"},

	"department.list":    {ok: "200"},
	"department.get":     {ok: "200"},
	"department.people":  {ok: "200"},
	"department.create":  {body: map[string]any{"name": "$fresh"}, ok: "201"},
	"department.update":  {body: map[string]any{"sort": 3}, ok: "200"},
	"department.delete":  {ready: newDepartment, ok: "204"},
	"position.list":      {ok: "200"},
	"position.create":    {body: map[string]any{"name": "$fresh"}, ok: "201"},
	"position.update":    {body: map[string]any{"name": "$fresh"}, ok: "200"},
	"position.delete":    {ready: newPosition, ok: "204"},
	"rank.list":          {ok: "200"},
	"rank.create":        {body: map[string]any{"name": "$fresh", "level": 3}, ok: "201"},
	"rank.update":        {body: map[string]any{"name": "$fresh"}, ok: "200"},
	"rank.delete":        {ready: newRank, ok: "204"},
	"person.list":        {query: "?q=person", ok: "200"},
	"person.get":         {ids: map[string]string{"person": "$other"}, ok: "200"},
	"person.create":      {body: map[string]any{"name": "New", "login": "$fresh"}, ok: "201"},
	"person.update":      {body: map[string]any{"location": "Xi'an"}, ids: victim, ok: "200"},
	"org.import.preview": {query: "?format=json", body: map[string]any{"departments": []any{map[string]any{"name": "Tried"}}}, ok: "200"},
	"org.import.apply":   {body: map[string]any{"plan": "none"}, ok: "404 not_found"},
	"org.import.state":   {ok: "200"},
	"org.import.cancel":  {ok: "204"},
	"search.find":        {query: "?q=tried", ok: "200"},
	"audience.preview":   {body: map[string]any{"audience": map[string]any{"people": []string{"$other"}}}, ok: "200"},

	"conversation.create": {body: map[string]any{"client_id": "$fresh", "kind": "group", "name": "Tried", "members": []string{"$other"}}, ok: "201"},
	"conversation.list":   {ok: "200"},
	"conversation.get":    {ok: "200", channel: "200"},
	"conversation.update": {body: map[string]any{"purpose": "tried"}, ok: "200", member: forbidden},
	"conversation.mine":   {body: map[string]any{"muted": true}, ok: "200"},
	"conversation.join":   {ok: "200", channel: "200"},
	"conversation.leave":  {ok: "204"},
	"conversation.read":   {body: map[string]any{"seq": 1}, ok: "200"},
	"channel.list":        {ok: "200"},
	"member.list":         {ok: "200", channel: "200"},
	"member.add":          {body: map[string]any{"members": []string{"$fourth"}}, ok: "200"},
	"member.role":         {body: map[string]any{"role": "admin"}, ids: map[string]string{"person": "$other"}, ok: "204", member: forbidden, admin: forbidden},
	"member.remove":       {ids: map[string]string{"person": "$other"}, ok: "204", member: forbidden},

	"message.post":    {body: textBody, ok: "201"},
	"message.list":    {ok: "200"},
	"message.changes": {ok: "200"},
	"message.get":     {ok: "200"},
	"message.edit":    {body: map[string]any{"content": map[string]any{"type": "text", "text": "edited"}}, ok: "200", member: forbidden, admin: forbidden},
	"message.recall":  {ok: "204", member: forbidden},
	"reaction.put":    {ok: "200"},
	"reaction.delete": {ok: "200"},
	"reaction.list":   {ok: "200"},
	"pin.put":         {ok: "204"},
	"pin.delete":      {ok: "204"},
	"pin.list":        {ok: "200"},
	"receipt.list":    {ok: "200"},
	"later.put":       {body: map[string]any{"remind_at": "2126-01-01T00:00:00Z"}, ok: "204"},
	"later.delete":    {ok: "204"},
	"later.list":      {ok: "200"},
	"later.count":     {ok: "200"},

	"stream":        {ok: "426 invalid"}, // a plain request; who may open a stream is tried by the operations
	"stream.hello":  {ok: "ok"},
	"stream.ping":   {ok: "ok"},
	"stream.post":   {body: map[string]any{"conversation_id": "$conversation", "client_id": "$fresh", "content": textBody["content"]}, ok: "ok"},
	"stream.read":   {body: map[string]any{"conversation_id": "$conversation", "seq": 1}, ok: "ok"},
	"stream.typing": {body: map[string]any{"conversation_id": "$conversation"}, ok: "none"},
	"stream.watch":  {body: map[string]any{"conversation_id": "$conversation"}, ok: "ok"},

	"openapi":      {ok: "200"},
	"manual":       {ok: "200"},
	"manual.style": {ok: "200"},
	"health.live":  {ok: "200"},
	"health.ready": {ok: "200"},
	"web":          {ok: "200"},
}

// victim is an invited person made for one cell.
var victim = map[string]string{"person": "$victim"}

func suspendVictim(c *cell) {
	c.co.root.must("POST", "/api/v1/admin/people/"+c.id("$victim")+"/suspend", nil, nil)
}

// newDepartment makes an empty department for one cell.
func newDepartment(c *cell) {
	var d struct{ ID string }
	c.co.root.must("POST", "/api/v1/departments", map[string]any{"name": "empty " + newClientID()}, &d)
	c.known["$department"] = d.ID
}

// newPosition makes a position that nobody has for one cell.
func newPosition(c *cell) {
	var p struct{ ID string }
	c.co.root.must("POST", "/api/v1/positions", map[string]any{"name": "unused " + newClientID()}, &p)
	c.known["$position"] = p.ID
}

// newRank makes a rank that nobody has for one cell.
func newRank(c *cell) {
	var p struct{ ID string }
	c.co.root.must("POST", "/api/v1/ranks", map[string]any{"name": "unused " + newClientID(), "level": 1}, &p)
	c.known["$rank"] = p.ID
}
