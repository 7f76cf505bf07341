#!/usr/bin/env bash
# Writes SHA256SUMS of the installers in a folder, beside them: checksums.sh FOLDER
set -euo pipefail
cd "$1"
shopt -s nullglob
files=(*.deb *.rpm *.AppImage *.flatpak *.dmg *.zip *.exe *.json)
if [ ${#files[@]} -eq 0 ]; then
  echo "There are no installers in $1." >&2
  exit 1
fi
if command -v sha256sum >/dev/null; then sha256sum "${files[@]}"; else shasum -a 256 "${files[@]}"; fi >SHA256SUMS
