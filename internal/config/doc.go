// Package config holds the settings with which the server is started: one struct, filled from defaults, then a YAML file, then
// XINSHU_* environment variables, then flags; the later wins.
//
// It is the only package that reads the environment. Settings that administrators change while the server runs live in
// package settings, not here.
//
// It must not know: what any setting does.
package config
