// Command xinshu is the whole product: server, importer, backup and load generator in one binary.
package main

func main() {}
