// Package settings keeps what an administrator sets for the whole company while the server runs.
//
// It owns one typed struct, [Values], its defaults, its bounds, and one row per setting. What the process needs before it can
// open the database (addresses, certificates, folders) belongs to config.
//
// What it guarantees: [Service.Get] is a read of memory and never fails; [Service.Update] is checked as a whole, audited, all or
// nothing, and visible to Get when it returns. A setting that this program does not know is kept in the database and ignored.
//
// Concurrency: all methods may be called from any goroutine.
//
// It must not know: what the settings do to others; who is asked for the password again (the door is).
package settings
