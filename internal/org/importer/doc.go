// Package importer brings an organisation from a file: CSV or JSON, described in docs/admin/import-org.md.
//
// It owns the formats, the comparison with what is stored, and the report of what is wrong. It guarantees that nothing is written
// unless every line is right, that the plan shown is the plan applied (it is bound to the version of the organisation), and that a
// second run of the same file writes nothing. How a large change becomes visible at once is package org's affair.
//
//	source, err := importer.ReadFile("org.csv")
//	plan, err := importer.Plan(ctx, service, actor, source, importer.Options{})
//	if len(plan.Errors) == 0 { result, err := importer.Apply(ctx, service, actor, plan, nil) }
//
// Concurrency: functions share nothing; [Doors] keeps the plans of previews in memory.
//
// It must not know: SQL, passwords.
package importer
