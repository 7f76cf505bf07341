// What this machine has for the tests that need more than Node.
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { nativeAddonPath } from '../../electron/engine/codes/native-code-index.ts';
import { hasDisplay } from '../../electron/faces/desktop/desktop-runtime.ts';
import { cannotMount } from './mounts.ts';
import { makeHubFetch } from '../../electron/vision/hub/hub-fetch.ts';

const BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export const browserPath = process.env.LIKENESS_CHROMIUM ?? BROWSERS.find((path) => existsSync(path));

const beside = join(import.meta.dirname, '../../../shared');
/** The material that lies beside the project where it is developed. The real path, which is what a catalogue holds. */
export const shared = existsSync(beside) ? realpathSync(beside) : beside;

export function missingBrowser(): string | undefined {
  return browserPath
    ? undefined
    : "the page's tests, because no Chromium was found (install it, or name it in LIKENESS_CHROMIUM)";
}

export function missingShared(): string | undefined {
  return existsSync(join(shared, 'data'))
    ? undefined
    : 'the tests on real photos and damaged files, because ../shared is not there';
}

export function missingElectron(): string | undefined {
  if (!existsSync(join(import.meta.dirname, '../../node_modules/electron/path.txt')))
    return 'the smoke test of the desktop window, because the Electron runtime is not downloaded';
  return hasDisplay(process.platform, process.env)
    ? undefined
    : 'the smoke test of the desktop window, because there is no display';
}

export function missingMounts(): string | undefined {
  return cannotMount()
    ? 'the tests of disks that are full or can only be read, because none can be mounted here'
    : undefined;
}

export function missingPackaging(): string | undefined {
  return process.platform === 'linux'
    ? undefined
    : 'the packaging against a stand-in for Electron, which is that of Linux';
}

export function missingNativeScan(): string | undefined {
  return existsSync(nativeAddonPath)
    ? undefined
    : 'the tests of the native scan, because it was not built (see what `npm ci` said, or run `npm run build`)';
}

/** A compiler for ARM and an emulator to run what it makes. */
export const armCompiler = '/usr/bin/aarch64-linux-gnu-g++';
export const armEmulator = '/usr/bin/qemu-aarch64';

export function missingArm(): string | undefined {
  return [armCompiler, armEmulator].every((path) => existsSync(path))
    ? undefined
    : 'the test of the scan on ARM, because its compiler and emulator were not found (g++-aarch64-linux-gnu and qemu-user)';
}

/** Chromium's Vulkan driver that runs on the processor: with it, WebGPU can be tested where there is no GPU. */
const swiftShader = ['/usr/lib/chromium', '/usr/lib/chromium-browser'].find((folder) =>
  existsSync(join(folder, 'vk_swiftshader_icd.json')),
);

/** What a process needs in its environment to see that driver. */
export const swiftShaderEnvironment = swiftShader
  ? { VK_ICD_FILENAMES: join(swiftShader, 'vk_swiftshader_icd.json'), LD_LIBRARY_PATH: swiftShader }
  : undefined;

export function missingClone(): string | undefined {
  const isClone = existsSync(join(import.meta.dirname, '../../.git'));
  return isClone && process.platform === 'linux'
    ? undefined
    : 'the test of a bare clone, because these files are no clone, or this is not Linux';
}

export function missingSwiftShader(): string | undefined {
  return swiftShader ? undefined : "the test of WebGPU, because Chromium's SwiftShader was not found";
}

export const hub = 'https://huggingface.co';

/** Asks the hub for the smallest of its pages. */
export async function missingHub(): Promise<string | undefined> {
  const reached = await makeHubFetch()(`${hub}/robots.txt`, { signal: AbortSignal.timeout(3000) }).then(
    ({ ok }) => ok,
    () => false,
  );
  return reached ? undefined : 'the test of the real hub, because it cannot be reached from here';
}
