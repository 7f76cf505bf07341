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
    'native/build/Release/likeness_scan.node',
    'package.json',
    'LICENSE',
    '!**/*.map',
    '!node_modules/**/{test,tests,example,examples}/**',
    '!node_modules/onnxruntime-node/script/**',
    '!node_modules/@imagemagick/magick-wasm/dist/{x64/**,index.umd.cjs}',
  ],
  // Plain files, no archive: reader processes and worker threads load their own modules and native parts from
  // them, and an archive would have to be proven to serve those on every system first.
  asar: false,
  // Everything native is Node-API: prebuilt, or our own scan, which `npm run dist` has built before. Nothing to compile
  // for Electron.
  npmRebuild: false,
  // A deb must name a page and a maintainer; the project has no page yet.
  extraMetadata: { homepage: 'https://likeness.invalid' },
  // WebGPU comes with a part for every system: each installer takes its own.
  linux: {
    files: ['!node_modules/webgpu/dist/{darwin,win32}-*/**'],
    target: ['deb', 'AppImage'],
    category: 'Graphics',
    synopsis: 'Photo search by example',
    maintainer: 'The Likeness authors <nobody@likeness.invalid>',
  },
  deb: { packageName: 'likeness' },
  mac: {
    files: ['!node_modules/webgpu/dist/{linux,win32}-*/**'],
    target: ['dmg'],
    category: 'public.app-category.photography',
  },
  win: { files: ['!node_modules/webgpu/dist/{linux,darwin}-*/**'], target: ['nsis'] },
  nsis: { oneClick: false, allowToChangeInstallationDirectory: true },
  publish: null,
};

export default config;
