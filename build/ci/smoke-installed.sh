#!/usr/bin/env bash
# Installs what `npm run dist` has built for Linux, and opens its window: smoke-installed.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
sudo apt-get install -y -qq ./dist/*.deb
LIKENESS_APP=/opt/Likeness/likeness xvfb-run -a npx vitest run test/faces/desktop/electron-smoke.test.ts
/opt/Likeness/resources/likeness status --library "$(mktemp -d)" || test $? -eq 1
for image in dist/*.AppImage; do
  chmod +x "$image"
  LIKENESS_APP="$PWD/$image" xvfb-run -a npx vitest run test/faces/desktop/electron-smoke.test.ts
done
