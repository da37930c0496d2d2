// Package later owns what each person keeps for later: messages that she wants to come back to, with or without a reminder.
//
// What it guarantees:
//   - Only messages that the actor may read are taken in; a list shows each as it is now, and nothing of those that she may not
//     read any more or that were recalled. Nobody sees or changes the list of another person.
//   - Changes of one person's list are one after the other. Each has the next rev of her list and is told to all her clients by
//     the event "later", with exact counts.
//   - A reminder is stored. It is told once when it is due, at once after a start that comes later, and stays marked as due until
//     the person acts on it.
//
// Concurrency: a [Service] may be used from any goroutine. [Service.Run] owns no others; several nodes may run it at a time.
//
// It must not know: sockets; how messages are stored. Texts are never logged, and no event has any.
package later
