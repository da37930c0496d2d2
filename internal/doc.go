// Package internal holds no product code. Its tests are the rules of the house: which package may know which,
// where foreign libraries may be touched, how files are documented and how long they may be, which modules
// may be linked. Each rule is one test; when it fails it names file and line and says why the rule exists.
//
// The rules read the source tree and the go command's answers. They never run product code, so they pass or fail
// the same on every machine and need neither a database nor a browser.
package internal
