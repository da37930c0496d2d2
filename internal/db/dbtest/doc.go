// Package dbtest opens fresh databases for tests, on both engines, and removes them with the test.
//
// PostgreSQL is the server that XINSHU_TEST_POSTGRES names; each database is a schema of its own there. A test fails,
// it is never skipped, when the variable is missing: run make test, or scripts/postgres.sh CMD for a single package.
//
// Safe for parallel tests. It must not know: any domain.
package dbtest
