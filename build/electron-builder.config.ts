// What goes into the installers: `npm run dist`.
import type { Configuration } from 'electron-builder';

const config: Configuration = {
  appId: 'org.likeness.app',
  productName: 'Likeness',
  copyright: 'Copyright © 2026 The Likeness authors',
  directories: { output: 'dist', buildResources: 'build' },
  // The compiled program and the page; electron-builder adds the production dependencies.
  files: [
    'out/electron/**',
    'out/renderer/**',
    'package.json',
    'LICENSE',
    '!**/*.map',
    '!node_modules/**/{test,tests,example,examples}/**',
    '!node_modules/onnxruntime-node/script/**',
  ],
  // Native code, the decoder processes' scripts and WebAssembly are opened as files by what runs outside
  // Electron's own file system.
  asar: true,
  asarUnpack: ['**/*.node', '**/*.wasm', 'node_modules/{sharp,@img,onnxruntime-node,better-sqlite3}/**', 'out/electron/**'],
  // Everything native is Node-API and comes prebuilt: nothing to compile for Electron.
  npmRebuild: false,
  linux: { target: ['deb', 'AppImage'], category: 'Graphics', synopsis: 'Photo search by example', maintainer: 'Likeness' },
  deb: { packageName: 'likeness' },
  mac: { target: ['dmg'], category: 'public.app-category.photography' },
  win: { target: ['nsis'] },
  nsis: { oneClick: false, allowToChangeInstallationDirectory: true },
  publish: null,
};

export default config;
