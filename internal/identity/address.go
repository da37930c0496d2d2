package identity

import (
	"net/http"
	"net/netip"
	"strings"
)

// clientAddress returns the address of the client: the peer's, or, behind a trusted proxy, the last one in X-Forwarded-For that
// is not itself a trusted proxy's. What stands further left was written by strangers. "" if the peer has no IP address.
func clientAddress(r *http.Request, proxies []netip.Prefix) string {
	peer, ok := peerAddress(r)
	if !ok {
		return ""
	}
	if !within(proxies, peer) {
		return peer.String()
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		a, err := parseHop(hops[i])
		if err != nil {
			break // not an address: the last one that a trusted proxy vouches for counts
		}
		peer = a
		if !within(proxies, a) {
			break
		}
	}
	return peer.String()
}

// secure says whether the client speaks TLS: with this process, or with a trusted proxy that says so.
func secure(r *http.Request, proxies []netip.Prefix) bool {
	if r.TLS != nil {
		return true
	}
	peer, ok := peerAddress(r)
	return ok && within(proxies, peer) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

func peerAddress(r *http.Request) (netip.Addr, bool) {
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}, false
	}
	return a.Addr().Unmap().WithZone(""), true
}

// parseHop reads an element of X-Forwarded-For: an address, which some proxies write with a port.
func parseHop(s string) (netip.Addr, error) {
	s = strings.TrimSpace(s)
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone(""), nil
	}
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return a.Unmap().WithZone(""), err
}

func within(proxies []netip.Prefix, a netip.Addr) bool {
	for _, p := range proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// networkOf is what counts as one place for throttling: an IPv4 address, or an IPv6 network of 64 bits, of which one customer
// has all addresses.
func networkOf(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return "?"
	}
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return "?"
	}
	return p.String()
}
