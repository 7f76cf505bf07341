#!/usr/bin/env bash
# Puts another Node in the place of the one that the project brings, without noting it: use-node.sh VERSION
set -euo pipefail
cd "$(dirname "$0")/../.."
npm install --no-save --no-audit --no-fund "node@$1"
npx --no-install node --version
