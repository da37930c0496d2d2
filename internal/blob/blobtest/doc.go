// Package blobtest holds the suite that every implementation of blob.Objects passes.
//
// It must not know: which implementation it has before it.
package blobtest
