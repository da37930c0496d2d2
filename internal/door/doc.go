// Package door is the one registry of everything that can be asked of the server from outside.
//
// Every HTTP route and every socket operation is declared here with who may come in ([Policy]) and which thing it names
// ([Object]); the registry authenticates, checks the policy, calls the domain and turns its error into the one error format.
// What a person may do to a particular thing is decided by the domain; the door only knows the outer ring. The access matrix
// of the tests and the OpenAPI description are generated from it.
//
// Concurrency: doors are declared while the server is put together, by one goroutine; serving is read-only.
//
// It must not know: any domain, the database, the socket library.
package door
