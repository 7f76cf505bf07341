// The sign in the system's bar, where the person wants one: opens the window, pauses reading, ends the application.
import { Menu, nativeImage, Tray } from 'electron';
import { fileURLToPath } from 'node:url';
import { trayMenu, type TrayHandlers } from './menus.ts';
import type { Words } from './words.ts';

export class TraySign {
  readonly #words: Words;
  readonly #handlers: TrayHandlers;
  #tray: Tray | undefined;
  #isPaused = false;

  constructor(words: Words, handlers: TrayHandlers) {
    this.#words = words;
    this.#handlers = handlers;
  }

  show(wanted: boolean): void {
    if (wanted === (this.#tray !== undefined)) return;
    this.#tray?.destroy();
    this.#tray = wanted ? this.#open() : undefined;
    this.#fill();
  }

  /** Told whether reading is paused. */
  setPaused(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    this.#fill();
  }

  #open(): Tray {
    const tray = new Tray(nativeImage.createFromPath(fileURLToPath(new URL('./icons/tray.png', import.meta.url))));
    tray.setToolTip('Likeness');
    tray.on('click', () => this.#handlers.open());
    return tray;
  }

  #fill(): void {
    this.#tray?.setContextMenu(Menu.buildFromTemplate(trayMenu(this.#words, this.#handlers, this.#isPaused)));
  }
}
