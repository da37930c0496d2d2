// Package admin does what the people who run the server need beyond the product itself: backup, restore, doctor.
//
// It guarantees that a backup holds everything acknowledged before it began, is consistent although people go on writing, and
// is checked entry by entry when it is restored; a restore that fails leaves nothing that looks like a working data folder.
//
// It must not know: tables of the domains; it has no rules of its own.
package admin
