package xinshu

// Role is a right in the administration of the system; employees have none.
type Role uint8

// Roles form a bit set, so that one person can hold several.
const (
	SystemAdmin   Role = 1 << iota // installs, imports, manages people
	SecurityAdmin                  // sets the rules
	AuditAdmin                     // reads the trail
)

// Has says whether r contains every role of want.
func (r Role) Has(want Role) bool { return r&want == want }

// Names returns the stable names of the roles in r, for JSON.
func (r Role) Names() []string {
	names := []string{}
	for _, n := range roleNames {
		if r.Has(n.role) {
			names = append(names, n.name)
		}
	}
	return names
}

// RoleByName returns the role with a stable name; false if there is none.
func RoleByName(name string) (Role, bool) {
	for _, n := range roleNames {
		if n.name == name {
			return n.role, true
		}
	}
	return 0, false
}

var roleNames = []struct {
	role Role
	name string
}{{SystemAdmin, "system_admin"}, {SecurityAdmin, "security_admin"}, {AuditAdmin, "audit_admin"}}

// Actor is who acts. Every function that touches data takes one, second after the context.
// The zero Actor is anonymous and may do nothing but sign in.
type Actor struct {
	Person   PersonID  // 0 for the system and for the anonymous
	Session  SessionID // 0 outside a session
	Roles    Role
	ProvedAt Millis // when the person last proved the password in this session; sensitive acts ask for a recent one
	System   string // name of the part of the product that acts on its own ("import", "demo"); "" for people
	Address  string // network address of the client, for the audit trail; "" for the system
}

// SystemActor returns the actor for acts of the product itself; part names which part.
func SystemActor(part string) Actor { return Actor{System: part} }

// IsSystem says whether the product itself acts.
func (a Actor) IsSystem() bool { return a.System != "" }

// IsAnonymous says whether nobody is signed in.
func (a Actor) IsAnonymous() bool { return a.Person == 0 && a.System == "" }
