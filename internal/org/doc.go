// Package org owns the organisation: departments, positions, ranks, people and their memberships, who is found by what, and the
// evaluation of an [Audience]. It does not sign anybody in and does not decide who may see a conversation.
//
// # What it guarantees
//
//   - Departments are trees without cycles, at most xinshu.MaxDepartmentDepth deep, ordered by (sort, id) among sisters. A
//     department that has children or members is not deleted.
//   - A person has at most one primary membership, and exactly one if she has any. Logins, employee numbers (folded) and department
//     codes are unique. Chains of managers have no cycles. People are never deleted; they are suspended or departed.
//   - Employees find people who are invited or active. Suspended and departed ones are found by administrators who ask for them;
//     by id everybody may know them, because they stand as authors in conversations, but not how to reach them.
//   - An import is visible as a whole or not at all, even when the process is killed in the middle; see Generations.
//
// # Directory in memory
//
// Lists, counts, paths, briefs and audiences are answered from a copy of the tree and the memberships in memory (about 15 MB for
// 45,000 departments and 50,000 people), because the alternatives hold the writer or the reader too long: a materialised path or
// nested sets rewrite every row below a moved department (5,000 rows: 100 ms and more on SQLite), and a recursive query over
// 45,000 rows takes as long for every page. So moving is one row, whatever hangs below it.
//
// org_head.version rises with every change, org_change says what changed. Whoever needs the directory compares the version in its
// own transaction; if it differs, only what changed is read again (everything after an import). Copies are never modified, only
// replaced, so a reader works on one moment. Methods that take a tx see the changes of that transaction. Every node has its own
// copy; none is ever wrong longer than it takes to look.
//
// # Generations
//
// Department, person and membership rows carry the generations in which they are visible; the views department, person and
// membership show the one that org_head.gen names. An ordinary change edits the visible row. A big import stages the rows of the
// next generation in pieces of at most 50 ms, shows all of them by one update of org_head, then removes the old rows in pieces.
// After a crash [Service.Recover] undoes what was not shown and finishes what was. Other changes of the organisation are refused
// while an import stages (status changes are not). docs/design/0003-org-import.md argues the choice.
//
// # Concurrency
//
// All methods may be called from any goroutine. Changes of the organisation are serialised by a lock on the row of org_head, which
// is why "no cycle" and "unique" can be checked inside the transaction.
//
// It must not know: sessions, passwords, conversations, messages.
package org
