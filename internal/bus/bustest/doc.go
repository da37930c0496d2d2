// Package bustest holds the one suite that every bus passes. It is imported by tests only.
package bustest
