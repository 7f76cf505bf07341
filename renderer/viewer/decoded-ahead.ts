// Pictures that are likely to be shown next, fetched and decoded before they are asked for.

export class DecodedAhead {
  // Held, so that the browser keeps what it has decoded.
  readonly #held = new Map<string, HTMLImageElement>();

  /** Whether a picture is here, decoded or nearly so. */
  has(url: string): boolean {
    return this.#held.get(url)?.complete ?? false;
  }

  /** Has these pictures ready, in this order, and lets go of all others. */
  keep(urls: readonly string[]): void {
    for (const [url, image] of this.#held) {
      if (urls.includes(url)) continue;
      // One that is still on its way is not wanted any more.
      if (!image.complete) image.src = '';
      this.#held.delete(url);
    }
    for (const url of urls) {
      if (this.#held.has(url)) continue;
      const image = new Image();
      image.decoding = 'async';
      image.src = url;
      this.#held.set(url, image);
      // The viewer says where a picture cannot be shown.
      image.decode().catch(() => undefined);
    }
  }
}
