package web

import "embed"

// Dist is the folder dist as 'make web' built it; without a build it holds a marker only.
//
//go:embed all:dist
var Dist embed.FS
