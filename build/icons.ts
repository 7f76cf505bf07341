// The program's picture from its drawing: `node build/icons.ts`, where icon.svg has changed.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const drawing = readFileSync(join(import.meta.dirname, 'icon.svg'));
const tray = join(import.meta.dirname, '../electron/faces/desktop/icons');
mkdirSync(tray, { recursive: true });
for (const [file, side] of [
  // What electron-builder makes the icons of all systems from.
  [join(import.meta.dirname, 'icon.png'), 1024],
  // @2x: the system takes it where a screen is fine.
  [join(tray, 'tray.png'), 22],
  [join(tray, 'tray@2x.png'), 44],
] as const)
  await sharp(drawing, { density: 300 }).resize(side, side).png({ compressionLevel: 9 }).toFile(file);
