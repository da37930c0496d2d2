package web

import "embed"

// Dist is the folder dist as 'make web' built it; without a build it holds a marker only.
//
//go:embed all:dist
var Dist embed.FS

// Tokens is the stylesheet of colours and measures, for pages that the server draws itself.
//
//go:embed src/ui/tokens.css
var Tokens string
