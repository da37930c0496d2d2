// Package web holds the built web client inside the binary.
package web
