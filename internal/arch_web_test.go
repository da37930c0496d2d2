package internal_test

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"testing"
)

// rings orders the folders of web/src as ranks orders packages: a file imports only its own folder and lower rings.
// Files directly in web/src (the entry) are app.
var rings = map[string]int{
	"api":      0, // generated from openapi.json
	"ui":       0, // components and tokens
	"i18n":     0, // catalogues and the function that reads them
	"sync":     1, // socket, outbox, gap repair, local database
	"model":    2, // stores
	"features": 3,
	"app":      4,
}

// pure rings run without a browser: they can be tested in milliseconds and moved into a worker.
var pure = map[string]bool{"api": true, "sync": true, "model": true}

var (
	importLine = regexp.MustCompile(`(?:from|import|import\()\s*["']([^"']+)["']`)
	domWord    = regexp.MustCompile(`(^|[^.\w])(document|window)\.\w`)
	skipped    = regexp.MustCompile(`\b(it|test|describe)\.(skip|only|todo|fixme)\b`)
	rawColour  = regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|\b(rgba?|hsla?|oklch|oklab|lab|lch)\(`)
)

// TestWebRings: app → features → model → sync → api, and ui beside them; the pure rings know neither React nor the DOM.
func TestWebRings(t *testing.T) {
	t.Parallel()
	for _, p := range sourcePaths(t, ".ts", ".tsx") {
		if strings.HasPrefix(p, "web/src/") {
			report(t, ringViolations(p, string(read(t, p))))
		}
	}
}

func ringOf(p string) string {
	first, _, nested := strings.Cut(strings.TrimPrefix(p, "web/src/"), "/")
	if _, whole := rings[first]; !nested && !whole {
		return "app" // the entry; but "../i18n" is the ring itself, by its index file
	}
	return first
}

func ringViolations(p, source string) (found []violation) {
	if isGeneratedPath(p) {
		return nil
	}
	ring := ringOf(p)
	rank, known := rings[ring]
	if !known {
		return []violation{{p, 0, fmt.Sprintf("web/src/%s is no ring of the web client; internal/arch_web_test.go lists them", ring)}}
	}
	isTest := strings.Contains(path.Base(p), ".test.")
	for i, line := range strings.Split(source, "\n") {
		for _, match := range importLine.FindAllStringSubmatch(line, -1) {
			target := match[1]
			if pure[ring] && !isTest && (target == "react" || strings.HasPrefix(target, "react/") || strings.HasPrefix(target, "react-dom")) {
				found = append(found, violation{p, i + 1, ring + " knows no React: views read it through their view models"})
			}
			switch {
			case strings.HasPrefix(target, "."):
				target = path.Join(path.Dir(p), target)
			case strings.HasPrefix(target, "@/"):
				target = "web/src/" + strings.TrimPrefix(target, "@/")
			default:
				continue
			}
			if !strings.HasPrefix(target, "web/src/") {
				continue
			}
			other := ringOf(target)
			if other == ring {
				continue
			}
			if otherRank, known := rings[other]; !known || otherRank >= rank {
				found = append(found, violation{p, i + 1, fmt.Sprintf("%s imports %s: the rings are app → features → model → sync → api, and ui and i18n import nothing of ours", ring, other)})
			}
		}
		if pure[ring] && !isTest && !isComment(line) && domWord.MatchString(line) {
			found = append(found, violation{p, i + 1, ring + " knows no DOM: hand the thing in from app"})
		}
	}
	return found
}

func isComment(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "//") || strings.HasPrefix(line, "*") || strings.HasPrefix(line, "/*")
}

// TestWebHabits: no skipped or lonely test, no TODO without its issue, no colour outside the tokens.
func TestWebHabits(t *testing.T) {
	t.Parallel()
	for _, p := range sourcePaths(t, ".ts", ".tsx", ".css", ".mjs", ".js") {
		if strings.HasPrefix(p, "web/") || strings.HasPrefix(p, "e2e/") || strings.HasPrefix(p, "sdk/") {
			report(t, webHabitViolations(p, string(read(t, p))))
		}
	}
}

// tokensFile is the one place of colours, for both themes.
const tokensFile = "web/src/ui/tokens.css"

func webHabitViolations(p, source string) (found []violation) {
	if isGeneratedPath(p) {
		return nil
	}
	for i, line := range strings.Split(source, "\n") {
		if skipped.MatchString(line) {
			found = append(found, violation{p, i + 1, "a skipped test is a promise nobody checks, and a lonely one skips all others"})
		}
		if todo.MatchString(line) && !issueNumber.MatchString(line) && strings.ContainsAny(line, "/*") {
			found = append(found, violation{p, i + 1, "a TODO carries the number of its issue, as TODO(#12), or it is done now"})
		}
		if path.Ext(p) == ".css" && p != tokensFile && !isComment(line) && rawColour.MatchString(line) {
			found = append(found, violation{p, i + 1, "a raw colour: colours stand in " + tokensFile + " for both themes, where their contrast is checked"})
		}
	}
	return found
}

// TestWebRulesCanFail shows each rule of this file a line that breaks it, and one that does not.
func TestWebRulesCanFail(t *testing.T) {
	t.Parallel()
	cases := []struct {
		path, source, want string
	}{
		{"web/src/model/people.ts", `import { Outbox } from "../sync/outbox";`, ""},
		{"web/src/sync/outbox.ts", `import { People } from "../model/people";`, "sync imports model"},
		{"web/src/ui/Button.tsx", `import { t } from "@/features/chat/x";`, "ui imports features"},
		{"web/src/ui/Button.tsx", `import { useState } from "react";`, ""},
		{"web/src/main.tsx", `import { App } from "./app/App";`, ""},
		{"web/src/features/chat/x.ts", `const x = await import("../../app/routes");`, "features imports app"},
		{"web/src/features/chat/x.ts", `import "../people/x";`, ""},
		{"web/src/features/chat/x.ts", `import type { I18n } from "../../i18n";`, ""},
		{"web/src/i18n/index.ts", `import type { People } from "../model";`, "i18n imports model"},
		{"web/src/model/people.ts", `import { useState } from "react";`, "no React"},
		{"web/src/sync/socket.ts", `window.addEventListener("online", f);`, "no DOM"},
		{"web/src/sync/socket.ts", `// window.addEventListener is handed in`, ""},
		{"web/src/utils/x.ts", ``, "no ring"},
		{"web/src/model/people.test.ts", `it.only("finds", () => {});`, "lonely"},
		{"web/src/ui/button.css", `.b { color: #fff; }`, "raw colour"},
		{"web/src/ui/button.css", `.b { color: var(--text); }`, ""},
		{tokensFile, `--text: #111;`, ""},
		{"web/src/ui/Button.tsx", `// TODO: round corners`, "number of its issue"},
	}
	for _, c := range cases {
		found := webHabitViolations(c.path, c.source)
		if strings.HasSuffix(c.path, ".ts") || strings.HasSuffix(c.path, ".tsx") {
			found = append(found, ringViolations(c.path, c.source)...)
		}
		expect(t, c.path+": "+c.source, found, c.want)
	}
}
