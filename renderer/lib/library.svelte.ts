// The library as the page knows it: status, the order of all photos, and the photos looked at so far.
import type { Activity, PhotoTile, Status } from '../../electron/contract/types.ts';
import { transport } from './transport.ts';
import { monthName } from './words.ts';

const PAGE = 200;
const PAGES_KEPT = 60;
/** Milliseconds between two looks at the order while photos keep coming. */
const LOOK_EVERY = 1500;

export class LibraryState {
  status = $state.raw<Status>();
  activity = $state.raw<Activity>();
  connected = $state(true);
  /** Width over height of every photo, newest first. */
  aspects = $state.raw<Float32Array>(new Float32Array(0));
  headings = $state.raw<{ at: number; text: string }[]>([]);
  /** Why the last refresh failed. */
  trouble = $state<string>();
  /** Grows when a page of photos arrives. */
  arrived = $state(0);
  // Not reactive themselves: `arrived` says when to look again.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #pages = new Map<number, PhotoTile[]>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #asked = new Set<number>();
  #version = 0;
  #looking = false;
  #lookAgain = false;
  #statusTimer: ReturnType<typeof setTimeout> | undefined;

  start(): void {
    transport.onEvent(
      (event) => {
        if (event.name === 'activityChanged') this.activity = event.detail;
        if (event.name === 'photosChanged') void this.#lookAtOrder();
        if (event.name !== 'photosChanged') this.#refreshSoon();
      },
      (connected) => {
        this.connected = connected;
        if (connected) {
          void this.refresh();
          void this.#lookAtOrder();
        }
      },
    );
    void this.refresh();
    void this.#lookAtOrder();
  }

  async refresh(): Promise<void> {
    try {
      this.status = await transport.call('getStatus', {});
      this.activity = this.status.activity;
      this.trouble = undefined;
    } catch (error) {
      this.trouble = (error as Error).message;
    }
  }

  /** The photo at a place, once it has been asked for and has come. */
  tileAt(place: number): PhotoTile | undefined {
    return this.#pages.get(Math.floor(place / PAGE))?.[place % PAGE];
  }

  /** Asks for the photos at some places that are not here yet. */
  need(start: number, end: number): void {
    for (let page = Math.floor(start / PAGE); page * PAGE < end; page++) {
      if (!this.#pages.has(page) && !this.#asked.has(page)) void this.#fetchPage(page);
    }
  }

  #refreshSoon(): void {
    this.#statusTimer ??= setTimeout(() => {
      this.#statusTimer = undefined;
      void this.refresh();
    }, 300);
  }

  async #fetchPage(page: number): Promise<void> {
    this.#asked.add(page);
    const version = this.#version;
    try {
      const answer = await transport.call('listPhotos', { start: page * PAGE, count: PAGE });
      if (version !== this.#version) return;
      this.#pages.set(page, answer.photos);
      if (this.#pages.size > PAGES_KEPT) this.#pages.delete(this.#pages.keys().next().value!);
      this.arrived++;
      // The order moved on while the page was under way; what came may be off by some places.
      if (answer.version !== this.#version) void this.#lookAtOrder();
    } catch (error) {
      this.trouble = (error as Error).message;
    } finally {
      this.#asked.delete(page);
    }
  }

  async #lookAtOrder(): Promise<void> {
    this.#lookAgain = true;
    if (this.#looking) return;
    this.#looking = true;
    while (this.#lookAgain) {
      this.#lookAgain = false;
      try {
        const { version, months, aspects } = await transport.call('getTimeline', {});
        if (version !== this.#version) this.#takeOrder(version, months, aspects);
      } catch (error) {
        this.trouble = (error as Error).message;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
    this.#looking = false;
  }

  #takeOrder(version: number, months: { year: number; month: number; count: number }[], aspects: string): void {
    this.#version = version;
    this.#pages.clear();
    this.#asked.clear();
    const encoded = atob(aspects);
    this.aspects = Float32Array.from(encoded, (byte) => 2 ** ((byte.charCodeAt(0) - 128) / 32));
    let at = 0;
    this.headings = months.map(({ year, month, count }) => {
      const heading = { at, text: monthName(year, month) };
      at += count;
      return heading;
    });
    this.arrived++;
  }
}

export const library = new LibraryState();
