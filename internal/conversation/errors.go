package conversation

import "github.com/xinshu-im/xinshu"

var (
	errNotFound   = xinshu.Errorf(xinshu.NotFound, "There is no such conversation.")
	errNotAMember = xinshu.Errorf(xinshu.NotAMember, "Join the channel first.")
	errNoMember   = xinshu.Errorf(xinshu.NotFound, "There is no such member.")
	errArchived   = xinshu.Errorf(xinshu.Forbidden, "The conversation is archived.")
	errAdminsPost = xinshu.Errorf(xinshu.Forbidden, "Only owners and admins may post here.")
	errAdmins     = xinshu.Errorf(xinshu.Forbidden, "Only owners and admins may do this.")
	errOwners     = xinshu.Errorf(xinshu.Forbidden, "Only owners may do this.")
	errDirect     = xinshu.Errorf(xinshu.Forbidden, "A direct conversation always has its two members.")
	errLastOwner  = xinshu.Errorf(xinshu.LastOwner, "Name another owner first.")
	errDeparted   = xinshu.Errorf(xinshu.Conflict, "This person has left the company.")
	errReplay     = xinshu.Errorf(xinshu.Conflict, "This client_id was used for another request.")
	errPerson     = xinshu.Errorf(xinshu.NotFound, "There is no such person.")
	errTooMany    = xinshu.Errorf(xinshu.Invalid, "A conversation has at most %d members.", xinshu.MaxMembers)
	errAnonymous  = xinshu.Errorf(xinshu.Unauthenticated, "Please sign in.")
)
