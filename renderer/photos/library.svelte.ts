// The library as the page knows it: status, the order of all photos, and the photos looked at so far.
import { LRUCache } from 'lru-cache';
import type { AnyEvent } from '../../electron/contract/events.ts';
import type { PhotoTile } from '../../electron/contract/photos.ts';
import type { Activity, Status } from '../../electron/contract/status.ts';
import { NOTHING, PhotoOrder, type ShownOrder } from './order.ts';
import { annotations } from '../organise/annotations.svelte.ts';
import { fetching } from '../models/fetching.svelte.ts';
import { exports } from '../selection/exports.svelte.ts';
import { transport } from '../shell/transport.ts';
import { readVideos } from '../videos/reading.ts';
import { fromEngine } from '../words/engine.ts';

/** Photos asked for at once, and kept. */
const AT_ONCE = 300;
const TILES_KEPT = 20_000;
/** Milliseconds between two looks at the order while photos keep coming. */
const LOOK_EVERY = 1500;
/** The same after something that the person did, and milliseconds that this takes at most to arrive. */
const HURRY = 100;
const EXPECTED = 5000;

/** What the window asks of the page. */
export type WindowEvent = Extract<AnyEvent, { name: 'examplesGiven' | 'linkOpened' | 'settingsAsked' }>;

export class LibraryState {
  status = $state.raw<Status>();
  activity = $state.raw<Activity>();
  /** What takes a while before the library is open. */
  opening = $state<string>();
  connected = $state(true);
  order = $state.raw<ShownOrder>(NOTHING);
  /** Photos that came where somebody looks, and wait to be shown. */
  waiting = $state(0);
  /** Why the last refresh failed. */
  trouble = $state<string>();
  /** Grows when the map is drawn, or photos are put on it. */
  mapChanges = $state(0);
  /** Grows when photos arrive. */
  arrived = $state(0);
  /** Photos may be coming all the time: what costs something is asked for afterwards. */
  readonly isReading = $derived(this.activity?.doing === 'reading' || this.activity?.doing === 'walking');
  // Not reactive themselves: `arrived` says when to look again.
  readonly #tiles = new LRUCache<number, PhotoTile>({ max: TILES_KEPT });
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #asked = new Set<number>();
  #all: PhotoOrder | undefined;
  #version = 0;
  /** The first place that nobody looks at. */
  #sightEnd = 0;
  #looking = false;
  #hurry: () => void = () => undefined;
  /** performance.now() up to which changes are the person's own. */
  #expectedUntil = 0;
  #lookAgain = false;
  #statusTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param onWindow told of what the window asks of the page: pictures to ask by, links, settings */
  start(onWindow: (event: WindowEvent) => void): void {
    transport.onEvent(
      (event) => {
        if (event.name === 'libraryOpening') {
          this.opening = fromEngine(event.detail.notice);
          return;
        }
        if (event.name === 'examplesGiven' || event.name === 'linkOpened' || event.name === 'settingsAsked') {
          onWindow(event);
          return;
        }
        if (event.name === 'exportProgressed') {
          exports.take(event.detail);
          return;
        }
        if (event.name === 'packProgressed') {
          fetching.progress = event.detail;
          if (event.detail.state !== 'done') return;
        }
        if (event.name === 'annotationsChanged') {
          annotations.take(event.detail);
          if (!event.detail.photos) this.#forgetPhotos();
          if (event.detail.hiding) this.expectChange();
        } else if (event.name === 'mapChanged') this.mapChanges++;
        else if (event.name === 'photosChanged') void this.#lookAtOrder();
        else if (event.name === 'activityChanged') this.#take(event.detail);
        this.#refreshSoon();
      },
      (connected) => {
        this.connected = connected;
        if (!connected) return;
        // What answers may be another start, which counts versions anew.
        this.#all = undefined;
        void this.refresh();
        void this.#lookAtOrder();
      },
    );
    void this.refresh();
    void this.#lookAtOrder();
  }

  async refresh(): Promise<void> {
    try {
      this.status = await transport.call('getStatus', {});
      this.#take(this.status.activity);
      this.opening = undefined;
      this.trouble = undefined;
    } catch (error) {
      this.trouble = (error as Error).message;
    }
  }

  #take(activity: Activity): void {
    this.activity = activity;
    if (activity.videosWaiting > 0) readVideos();
  }

  /** A photo, once it has been asked for and has come. */
  tileOf(photoId: number): PhotoTile | undefined {
    return this.#tiles.get(photoId);
  }

  /**
   * Somebody looks at some places of an order: asks for the photos there that are not here yet.
   * @param sightEnd the first place of all photos, in their own order, that nobody looks at; 0 where nothing can be pushed away by what
   *   comes before it
   */
  look(ids: Uint32Array, start: number, end: number, sightEnd: number): void {
    this.#sightEnd = sightEnd;
    const missing = [...ids.subarray(start, end)].filter((id) => !this.#tiles.has(id) && !this.#asked.has(id));
    for (let at = 0; at < missing.length; at += AT_ONCE) void this.#fetch(missing.slice(at, at + AT_ONCE));
  }

  /** Shows the photos that wait. */
  showWaiting(): void {
    this.#all?.release();
    this.#show();
  }

  /** Photos come anew. */
  #forgetPhotos(): void {
    annotations.forget();
    this.#tiles.clear();
    this.#asked.clear();
    this.arrived++;
  }

  /** The person has done something that photos come or go by: they do so at once, wherever somebody looks. */
  expectChange(): void {
    this.#expectedUntil = performance.now() + EXPECTED;
    this.#hurry();
  }

  get expectsChange(): boolean {
    return performance.now() < this.#expectedUntil;
  }

  #refreshSoon(): void {
    this.#statusTimer ??= setTimeout(() => {
      this.#statusTimer = undefined;
      void this.refresh();
    }, 300);
  }

  async #fetch(photoIds: number[]): Promise<void> {
    for (const id of photoIds) this.#asked.add(id);
    try {
      const tiles = await transport.call('listPhotos', { photoIds });
      for (const tile of tiles) {
        this.#tiles.set(tile.photoId, tile);
        this.#asked.delete(tile.photoId);
      }
      // One that did not come is gone, or not read any more: it is not asked for again until the order says so.
      this.arrived++;
    } catch (error) {
      for (const id of photoIds) this.#asked.delete(id);
      this.trouble = (error as Error).message;
    }
  }

  async #lookAtOrder(): Promise<void> {
    this.#lookAgain = true;
    if (this.#looking) return;
    this.#looking = true;
    while (this.#lookAgain) {
      this.#lookAgain = false;
      try {
        await this.#catchUp();
      } catch (error) {
        this.trouble = (error as Error).message;
      }
      await new Promise<void>((resolve) => {
        this.#hurry = resolve;
        setTimeout(resolve, this.expectsChange ? HURRY : LOOK_EVERY);
      });
    }
    this.#looking = false;
  }

  async #catchUp(): Promise<void> {
    const since = this.#version;
    const changed = this.#all && (await transport.call('getTimelineChanges', { since }));
    if (!this.#all || !changed) {
      const whole = await transport.call('getTimeline', {});
      this.#all = new PhotoOrder(whole);
      this.#version = whole.version;
      this.#asked.clear();
    } else if (changed.changes.length > 0) {
      this.#all.apply(changed.changes, changed.months, this.#sightEnd);
      if (this.expectsChange) this.#all.release();
      this.#version = changed.version;
      for (const change of changed.changes) {
        // Of a photo that was read again, what is kept is of before.
        for (const id of change.kind === 'added' ? change.ids : []) {
          this.#tiles.delete(id);
          this.#asked.delete(id);
        }
      }
    } else return;
    this.#show();
  }

  #show(): void {
    if (!this.#all) return;
    this.order = this.#all.shown;
    this.waiting = this.#all.waiting;
    this.arrived++;
  }
}

export const library = new LibraryState();
