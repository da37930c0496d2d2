// Package bus carries events of committed acts to every part of the product that tells people, on this node and, with several
// nodes, on the others.
//
// It guarantees nothing but effort: the database is the truth, an event that is lost is found again by its seq or rev. On one
// node events are delivered in the order of publishing, in the publisher's goroutine; subscribers must be quick and must not
// publish.
//
// It must not know: what events mean, who may see them.
package bus
