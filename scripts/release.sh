#!/usr/bin/env bash
# release.sh VERSION LDFLAGS: one archive per system in dist/, with checksums. The web client must be built.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$1
ldflags=$2
rm -rf dist
mkdir -p dist

for target in linux/amd64 linux/arm64 linux/loong64 linux/riscv64 windows/amd64 darwin/arm64; do
  os=${target%/*}
  arch=${target#*/}
  name="xinshu-$version-$os-$arch"
  program=xinshu
  if [ "$os" = windows ]; then program=xinshu.exe; fi
  echo "release: $name"
  mkdir "dist/$name"
  CGO_ENABLED=0 GOOS=$os GOARCH=$arch go build -trimpath -ldflags "$ldflags" -o "dist/$name/$program" ./cmd/xinshu
  cp LICENSE README.md README.zh-CN.md CHANGELOG.md "dist/$name/"
  if [ "$os" = linux ]; then cp deploy/xinshu*.service deploy/xinshu-backup.timer "dist/$name/"; fi
  # Owner, order and times are fixed, so that the same commit gives the same bytes.
  tar -C dist --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --mtime="@$(git log -1 --format=%ct)" -cf - "$name" | gzip -n9 > "dist/$name.tar.gz"
  rm -r "dist/$name"
done
(cd dist && sha256sum -- *.tar.gz > SHA256SUMS)
cat dist/SHA256SUMS
