// Package identity owns who somebody is: passwords, one-time links, sessions, administrators' roles, own settings.
//
// # What it guarantees
//
//   - Passwords are stored as argon2id hashes (RFC 9106, 64 MiB, 3 passes) with their parameters; a few are computed at a time, so
//     memory is bounded, and people from known devices go first. Sign-in computes exactly one, whoever is named.
//   - A session is proved by 256 random bits of which the database has the SHA-256. It ends when it was not used for some time, at
//     its absolute age, when its owner or an administrator ends it, and with the transaction that suspends the person, lets her
//     go or changes her password. [Service.Authenticate] asks the database every time; nothing is remembered between requests.
//   - A one-time link works once, even for two at the same moment, and before it expires. Its secret stands in the fragment of the
//     address, which browsers do not send, and is stored as a hash.
//   - Wrong passwords are bounded per account, network and altogether, and nobody can use that to lock somebody else out; see
//     throttle. Unknown logins, wrong passwords and people without a password get the same answer after the same work.
//   - There is always an active system administrator, once there was one.
//   - Every act of this package leaves a record of the audit trail in its transaction.
//
// # Concurrency
//
// All methods may be called from any goroutine. Acts on a person's access lock her row of account first, then roles, then the
// organisation, then the trail; so of sign-in and suspension one sees the other. [Service.Run] must run beside the server.
//
// # What it must not know
//
// Conversations, messages, how connections are kept; who may see which person (org).
package identity
