// Justified rows: photos of one height side by side, each row as wide as the page.

export interface LayoutInput {
  /** Width over height of each photo. */
  readonly aspects: ArrayLike<number>;
  /** Places at which a heading stands before the photo; ascending. */
  readonly headings: readonly { at: number; text: string }[];
  /** Pixels. */
  readonly width: number;
  readonly rowHeight: number;
  readonly gap: number;
  /** How much taller the first row is. */
  readonly firstRow: number;
}

export interface Row {
  /** Pixels from the top. */
  readonly top: number;
  readonly height: number;
  /** The photos in it: from start, before end. Both the same for a heading. */
  readonly start: number;
  readonly end: number;
  readonly heading: string | null;
}

export interface Layout {
  readonly rows: readonly Row[];
  /** Pixels. */
  readonly height: number;
}

const HEADING_HEIGHT = 44;
const LEAST_ASPECT = 0.35;
const MOST_ASPECT = 3.5;

/** Extreme panoramas and strips are shown cropped, so that no row is unreadably low or empty. */
export function shownAspect(aspect: number): number {
  return Math.min(MOST_ASPECT, Math.max(LEAST_ASPECT, aspect));
}

export function layOut({ aspects, headings, width, rowHeight, gap, firstRow }: LayoutInput): Layout {
  const rows: Row[] = [];
  let top = 0;
  let nextHeading = 0;
  for (let start = 0; start < aspects.length;) {
    if (headings[nextHeading]?.at === start) {
      rows.push({ top, height: HEADING_HEIGHT, start, end: start, heading: headings[nextHeading].text });
      top += HEADING_HEIGHT;
      nextHeading++;
    }
    const stop = headings[nextHeading]?.at ?? aspects.length;
    const target = rowHeight * (start === 0 ? firstRow : 1);
    let end = start;
    let sum = 0;
    while (end < stop) {
      sum += shownAspect(aspects[end++]);
      if (sum * target + gap * (end - start - 1) >= width) break;
    }
    // A full row is scaled to fit; one that is not, the last of its month, keeps the usual height.
    const fitted = (width - gap * (end - start - 1)) / sum;
    const height = Math.round(Math.min(fitted, target));
    rows.push({ top, height, start, end, heading: null });
    top += height + gap;
    start = end;
  }
  return { rows, height: top };
}

/** The rows that touch a stretch of the page: from first, before last. */
export function rowsBetween(rows: readonly Row[], top: number, bottom: number): [number, number] {
  const first = firstWhere(rows.length, (i) => rows[i].top + rows[i].height >= top);
  const last = firstWhere(rows.length, (i) => rows[i].top > bottom);
  return [first, last];
}

/** The row that holds a photo. */
export function rowOf(rows: readonly Row[], photo: number): number {
  return firstWhere(rows.length, (i) => rows[i].end > photo);
}

/** Pixels from the left and width of each photo of a row. */
export function columnsOf(row: Row, aspects: ArrayLike<number>, gap: number): { left: number; width: number }[] {
  const columns: { left: number; width: number }[] = [];
  let left = 0;
  for (let i = row.start; i < row.end; i++) {
    const width = shownAspect(aspects[i]) * row.height;
    columns.push({ left, width });
    left += width + gap;
  }
  return columns;
}

function firstWhere(length: number, holds: (i: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
