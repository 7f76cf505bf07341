// Which files go into the application, for one system and one kind of processor: what is used when it runs, and no more.

export type System = 'darwin' | 'linux' | 'win32';

/** What comes with packages and is not needed to run them; licences stay. */
const NOT_NEEDED = [
  '!**/*.{map,ts,cts,mts,tsx,tsbuildinfo,flow}',
  '!node_modules/**/{README,CHANGELOG,HISTORY,CONTRIBUTING}*',
  '!node_modules/**/{test,tests,__tests__,example,examples,docs}/**',
  // Bundled by their makers into the file that Node loads; beside it lie the same again for browsers, in pieces, and their tests.
  '!node_modules/@tensorflow/*/dist/!(*.node.js|*.wasm)',
  '!node_modules/@tensorflow/*/dist/*/**',
  '!node_modules/@tensorflow/*/{src,wasm-out}/**',
  '!node_modules/better-sqlite3/{deps,src}/**',
  '!node_modules/onnxruntime-node/script/**',
  '!node_modules/@imagemagick/magick-wasm/dist/{x64/**,index.umd.cjs}',
  // heic-decode takes the one with its WebAssembly in it.
  '!node_modules/libheif-js/libheif/**',
  '!node_modules/libheif-js/libheif-wasm/libheif.{js,wasm}',
];

/** What is built for other systems and processors. (A pattern that takes something in again is not heeded for packages.) */
function othersParts(system: System, processor: string): string[] {
  const webgpu = system === 'darwin' ? 'darwin-universal' : `${system}-${processor}`;
  return [
    `!node_modules/onnxruntime-node/bin/napi-v6/!(${system})/**`,
    `!node_modules/onnxruntime-node/bin/napi-v6/${system}/!(${processor})/**`,
    `!node_modules/better-sqlite3/prebuilds/!(${system}-${processor}.node)`,
    `!node_modules/webgpu/dist/!(${webgpu})/**`,
    ...(system === 'darwin' ? [] : ['!node_modules/trash/lib/macos-trash']),
    ...(system === 'win32' ? [] : ['!node_modules/trash/lib/windows-trash.exe']),
  ];
}

/** @param processor as Node names it, or electron-builder's `${arch}` */
export const packagedFiles = (system: System, processor: string): string[] => [
  'out/electron/**',
  'out/renderer/**',
  'native/build/Release/likeness_scan.node',
  'package.json',
  'LICENSE',
  ...NOT_NEEDED,
  ...othersParts(system, processor),
];

/** What the system itself loads or starts, by its path: it knows no archives. */
export const UNPACKED = [
  '**/*.{node,dylib,dll,exe,wasm}',
  '**/*.so',
  '**/*.so.*',
  'node_modules/trash/lib/{macos-trash,windows-trash.exe}',
];
