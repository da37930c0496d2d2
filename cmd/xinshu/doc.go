// Command xinshu is the whole product: server, importer, backup and load generator in one binary.
//
// It reads the command line and hands over to the package that does the work; it has no rules of its own.
package main
