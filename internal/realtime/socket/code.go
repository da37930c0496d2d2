package socket

// Close codes of RFC 6455 section 7.4.1 and of the product's stream.
const (
	CodeNormal      = 1000
	CodeGoingAway   = 1001
	CodeProtocol    = 1002 // the peer broke RFC 6455
	CodeUnsupported = 1003 // a binary message
	CodeNone        = 1005 // the peer's close frame had no code; never sent
	CodeAbnormal    = 1006 // the connection ended without a close frame; never sent
	CodeInvalidUTF8 = 1007
	CodeTooBig      = 1009
	CodeInternal    = 1011 // the handler panicked

	CodeServerGoing = 4000 // the server stops: reconnect with jitter
	CodeSlow        = 4003 // the peer does not read fast enough: reconnect, resume
	CodeRate        = 4008 // the peer sends too much: reconnect later
)

// receivable reports whether a peer may send code in a close frame: registered with IANA, or free to use.
func receivable(code int) bool {
	switch {
	case code >= 3000 && code <= 4999:
		return true
	case code >= 1007 && code <= 1014, code >= 1000 && code <= 1003:
		return true
	}
	return false
}
