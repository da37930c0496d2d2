package door

import "github.com/xinshu-im/xinshu"

// Policy is the outer ring: who may come in at all.
type Policy string

// The policies.
const (
	Anonymous     Policy = "anonymous"      // nobody needs to be signed in
	SignedIn      Policy = "signed_in"      // any active person
	SystemAdmin   Policy = "system_admin"   // role required
	SecurityAdmin Policy = "security_admin" // role required
	AuditAdmin    Policy = "audit_admin"    // role required
	AnyAdmin      Policy = "any_admin"      // at least one administrator's role
	Metrics       Policy = "admin_listener" // only on the admin listener, which is not reachable from outside
)

// Object says which thing the door's id names, so that tests can put every kind of stranger before it.
type Object string

// The objects.
const (
	Nothing      Object = ""             // no id: acts on the actor herself or on what she may list
	Department   Object = "department"   // known to every signed-in person
	Person       Object = "person"       // likewise
	Conversation Object = "conversation" // members only; channels are known to all
	Message      Object = "message"      // (conversation, seq): as its conversation, within the member's history window
	Session      Object = "session"      // its own person only
	Link         Object = "link"         // the secret in it is the right
)

// Door describes one way in.
type Door struct {
	Name    string // stable, unique, dotted: "message.post"; the operation id
	Method  string // HTTP method; "" for a socket operation
	Path    string // "/api/v1/conversations/{conversation}/messages"
	Op      string // socket operation: "post"; "" for a route
	Policy  Policy
	Object  Object
	Summary string // one line for the API documentation
	Tag     string // chapter of the API documentation

	// Fresh doors ask for the password again when it was last proved more than FreshFor ago.
	Fresh bool
	// OfSession doors count for the session alone: whoever floods the server in somebody's name does not keep her from ending it.
	OfSession bool
	// Status is the HTTP status of success; 0 means 200, or 204 without a body.
	Status int
	// Hidden keeps the door out of the API documentation (assets, health).
	Hidden bool
	// MaxBody bounds the body in bytes; 0 means xinshu.MaxBody.
	MaxBody int64
	// Weight is the memory that a byte of the body takes while the request is worked on; 0 means 3: as it came, a grown copy, the values.
	Weight int64
}

// admit checks the outer ring.
func (d *Door) admit(a xinshu.Actor, now xinshu.Millis) error {
	if d.Policy == Anonymous || d.Policy == Metrics {
		return nil
	}
	if a.IsAnonymous() {
		return errUnauthenticated
	}
	want := map[Policy]xinshu.Role{
		SystemAdmin: xinshu.SystemAdmin, SecurityAdmin: xinshu.SecurityAdmin, AuditAdmin: xinshu.AuditAdmin,
	}[d.Policy]
	if !a.Roles.Has(want) || d.Policy == AnyAdmin && a.Roles == 0 {
		return errForbidden
	}
	if d.Fresh && now-a.ProvedAt > FreshFor {
		return errReauth
	}
	return nil
}

// FreshFor is how long a proof of the password counts for sensitive acts: 10 minutes in milliseconds.
const FreshFor xinshu.Millis = 10 * 60 * 1000

var (
	errUnauthenticated = xinshu.Errorf(xinshu.Unauthenticated, "Please sign in.")
	errForbidden       = xinshu.Errorf(xinshu.Forbidden, "You may not do this.")
	errReauth          = xinshu.Errorf(xinshu.ReauthRequired, "Please enter your password again.")
)
