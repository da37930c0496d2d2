# lib.sh: where the programs are that the tests need. Sourced by the other scripts, prints nothing by itself.

# find_postgres prints the folder that holds initdb and postgres, version 15 or later.
# Debian keeps them out of PATH, one folder per version; the newest wins. XINSHU_PG_BIN overrides.
find_postgres() {
  local dir version
  local dirs=()
  if [ -n "${XINSHU_PG_BIN:-}" ]; then
    dirs=("$XINSHU_PG_BIN")
  else
    while IFS= read -r dir; do dirs+=("$dir"); done < <(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn)
    if dir=$(command -v postgres 2>/dev/null); then dirs+=("$(dirname "$(readlink -f "$dir")")"); fi
    dirs+=(/usr/local/pgsql/bin /opt/homebrew/opt/postgresql@17/bin /opt/homebrew/opt/postgresql@16/bin)
  fi
  for dir in "${dirs[@]}"; do
    [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] || continue
    version=$("$dir/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
    if [ "$version" -ge 15 ]; then echo "$dir"; return 0; fi
  done
  return 1
}

# find_chromium prints the path of a Chromium or Chrome. XINSHU_CHROMIUM overrides.
find_chromium() {
  local name path
  if [ -n "${XINSHU_CHROMIUM:-}" ]; then
    [ -x "$XINSHU_CHROMIUM" ] && echo "$XINSHU_CHROMIUM" && return 0
    return 1
  fi
  for name in chromium chromium-browser google-chrome-stable google-chrome; do
    if path=$(command -v "$name" 2>/dev/null); then echo "$path"; return 0; fi
  done
  return 1
}

# has_cjk_font: some font with Chinese glyphs is installed. Looks at files when fontconfig is not there to ask.
has_cjk_font() {
  if command -v fc-list >/dev/null 2>&1; then
    [ -n "$(fc-list ':lang=zh-cn' family 2>/dev/null | head -n 1)" ]
  else
    ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1
  fi
}

# has_libc_headers: a C program that includes the standard library compiles.
has_libc_headers() {
  command -v "${CC:-gcc}" >/dev/null 2>&1 || return 1
  echo '#include <stdlib.h>' | "${CC:-gcc}" -E - >/dev/null 2>&1
}
