// A grid with nothing but thumbnails, to hold the page's beside: the same pictures at the same places, by a few lines and no framework.
// What runs in here is sent to the browser as text, so it may use nothing from outside.

export interface BareTile {
  contentId: number;
  /** Pixels from the left upper corner of the content. */
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Takes the place of the page's document. */
export function buildBareGrid({ tiles, height }: { tiles: readonly BareTile[]; height: number }): void {
  const margin = 600;
  document.documentElement.innerHTML =
    '<body style="margin:0"><div role="listbox" style="height:100vh;overflow-y:auto"><div style="position:relative"></div></div>';
  const list = document.querySelector<HTMLElement>('[role=listbox]')!;
  const canvas = list.firstElementChild as HTMLElement;
  canvas.style.height = `${height}px`;
  const shown = new Map<number, HTMLElement>();
  const show = (): void => {
    const [from, to] = [list.scrollTop - margin, list.scrollTop + list.clientHeight + margin];
    const firstWhere = (holds: (tile: BareTile) => boolean): number => {
      let [low, high] = [0, tiles.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (holds(tiles[middle])) high = middle;
        else low = middle + 1;
      }
      return low;
    };
    const [first, end] = [firstWhere((tile) => tile.top + tile.height >= from), firstWhere((tile) => tile.top > to)];
    for (const [place, element] of shown) {
      if (place >= first && place < end) continue;
      element.remove();
      shown.delete(place);
    }
    for (let place = first; place < end; place++) {
      if (shown.has(place)) continue;
      const { contentId, left, top, width, height: high } = tiles[place];
      const tile = document.createElement('div');
      tile.setAttribute('role', 'option');
      tile.style.cssText = `position:absolute;overflow:hidden;left:${left}px;top:${top}px;width:${width}px;height:${high}px;background:#888`;
      const image = document.createElement('img');
      image.decoding = 'async';
      image.src = `/media/thumbnail/${contentId}`;
      image.style.cssText = 'width:100%;height:100%;object-fit:cover;display:block';
      tile.append(image);
      canvas.append(tile);
      shown.set(place, tile);
    }
  };
  list.addEventListener('scroll', show);
  show();
}
