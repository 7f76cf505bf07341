#!/usr/bin/env bash
# Builds dist/*.flatpak from what `npm run dist` has compiled. It fetches the parts of Flathub that the application stands on.
set -euo pipefail
cd "$(dirname "$0")/../.."
# The same versions as in build/electron-builder.config.ts.
RUNTIME=25.08
sudo apt-get install -y -qq flatpak flatpak-builder
flatpak remote-add --user --if-not-exists flathub https://flathub.org/repo/flathub.flatpakrepo
flatpak install --user --noninteractive flathub \
  "org.freedesktop.Platform//$RUNTIME" "org.freedesktop.Sdk//$RUNTIME" "org.electronjs.Electron2.BaseApp//$RUNTIME"
# A Flatpak gets its new versions from where it was installed from, so it is not told of a page of releases.
env -u LIKENESS_RELEASES npx --no-install electron-builder --config build/electron-builder.config.ts --publish never --linux flatpak
