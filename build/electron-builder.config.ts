// What goes into the installers: `npm run dist`.
import type { Configuration } from 'electron-builder';
import { join } from 'node:path';
import { packagedFiles, UNPACKED } from './packaged-files.ts';

const PROCESSOR = '${arch}';

/** Of Flathub's parts that a Flatpak stands on; the same as in build/ci/flatpak.sh. */
const FLATHUB = '25.08';

const serviceMenu = `${join(import.meta.dirname, 'linux/similar-in-likeness.desktop')}=/usr/share/kio/servicemenus/similar-in-likeness.desktop`;

/**
 * Where new versions are looked for, once the person has said so. Nothing is published by the build itself.
 * @param repository owner/name on GitHub; without it, the application knows no such place
 */
function releasesAt(repository: string | undefined): NonNullable<Configuration['publish']> | null {
  if (!repository) return null;
  const [owner, repo] = repository.split('/');
  if (!owner || !repo) throw new Error(`Expected LIKENESS_RELEASES to be owner/name, got ${repository}.`);
  // Macs of two kinds are built apart, and each looks at a list of its own.
  const isIntelMac = process.platform === 'darwin' && process.arch === 'x64';
  return { provider: 'github', owner, repo, channel: isIntelMac ? 'latest-intel' : 'latest' };
}

const config: Configuration = {
  appId: 'org.likeness.app',
  productName: 'Likeness',
  copyright: 'Copyright © 2026 The Likeness authors',
  directories: { output: 'dist', buildResources: 'build' },
  asar: true,
  asarUnpack: UNPACKED,
  // Switches in Electron's own program, set before it is signed.
  electronFuses: {
    // Stays on: the engine starts its readers and trials as processes of this program, and so does the `likeness` command.
    runAsNode: true,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  // Everything native is Node-API: prebuilt, or our own scan, which `npm run dist` has built before. Nothing to compile
  // for Electron.
  npmRebuild: false,
  // The page has its own two languages, and Chromium's menus need no more.
  electronLanguages: ['en', 'en-US', 'de'],
  // A deb must name a page and a maintainer; the project has no page yet.
  extraMetadata: { homepage: 'https://likeness.invalid' },
  extraFiles: [{ from: 'out/renderer/licences.txt', to: 'LICENCES.txt' }],
  // The runtime of AppImages that needs no libfuse2 and keeps Chromium's sandbox.
  toolsets: { appimage: '1.0.3' },
  linux: {
    extraResources: [{ from: 'build/launchers/likeness', to: 'likeness' }],
    files: packagedFiles('linux', PROCESSOR),
    target: ['deb', 'rpm', 'AppImage'],
    category: 'Graphics',
    synopsis: 'Photo search by example',
    description: 'Photo search by example: point it at your photos, click one, see the ones like it.',
    maintainer: 'The Likeness authors <nobody@likeness.invalid>',
    // Offered by "Open with", and not for every picture that is opened.
    mimeTypes: [
      'inode/directory',
      'image/jpeg',
      'image/png',
      'image/webp',
      'image/gif',
      'image/avif',
      'image/heic',
      'image/tiff',
    ],
  },
  // Beside "Open with", which all file managers have: an entry of its own in Dolphin's menu of pictures.
  deb: { packageName: 'likeness', fpm: [serviceMenu] },
  rpm: { fpm: [serviceMenu] },
  // Built by build/ci/flatpak.sh alone, because it fetches what it stands on.
  flatpak: {
    runtimeVersion: FLATHUB,
    baseVersion: FLATHUB,
    useWaylandFlags: true,
    finishArgs: [
      '--socket=wayland',
      '--socket=fallback-x11',
      '--share=ipc',
      '--device=dri',
      // Embedders, once the person has asked for one.
      '--share=network',
      // Photos lie on drives of all kinds, and go to the trash of the drive that they lie on.
      '--filesystem=host',
      '--talk-name=org.freedesktop.Notifications',
      '--talk-name=org.kde.StatusNotifierWatcher',
    ],
  },
  mac: {
    files: packagedFiles('darwin', PROCESSOR),
    target: ['dmg', 'zip'],
    category: 'public.app-category.photography',
    extendInfo: {
      CFBundleDocumentTypes: [
        {
          CFBundleTypeName: 'Picture',
          CFBundleTypeRole: 'Viewer',
          LSHandlerRank: 'Alternate',
          LSItemContentTypes: ['public.image'],
        },
        {
          CFBundleTypeName: 'Folder',
          CFBundleTypeRole: 'Viewer',
          LSHandlerRank: 'Alternate',
          LSItemContentTypes: ['public.folder'],
        },
      ],
    },
    hardenedRuntime: true,
    entitlements: 'build/entitlements.mac.plist',
    entitlementsInherit: 'build/entitlements.mac.plist',
  },
  win: {
    extraResources: [{ from: 'build/launchers/likeness.cmd', to: 'likeness.cmd' }],
    files: packagedFiles('win32', PROCESSOR),
    target: ['nsis', 'portable'],
  },
  nsis: { oneClick: false, allowToChangeInstallationDirectory: true, include: 'build/windows/installer.nsh' },
  // Links to queries and albums.
  protocols: [{ name: 'Likeness', schemes: ['likeness'] }],
  publish: releasesAt(process.env.LIKENESS_RELEASES),
};

export default config;
