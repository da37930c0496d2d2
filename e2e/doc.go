// Package e2e tries the product from outside: the built program, real HTTP and WebSocket, real SQLite and PostgreSQL.
//
// It owns no code of the product, only tests: crashes while people write, disks that fail or fill up, clients that do not
// read, the access matrix over every door, hostile input at every door, and what an operator does. A test knows the program by
// its command line, its output, its protocol and its data folder; only what cannot be asked from outside (the list of doors, a
// byte in the database) comes from inside.
//
// The program is the one that XINSHU_BIN names, or it is built once per test process. Every server has a loopback address and
// a data folder of its own, so tests run in parallel; each ends its servers itself, and the kernel ends them with the test
// process. Tests that play faults of the system need Linux, and say what is missing when they cannot be played.
//
// The tests of the browser are in e2e/browser and are not Go.
package e2e
