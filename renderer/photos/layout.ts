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
  /** Whether the photos under several headings share a row where they are few. */
  readonly sharing?: boolean;
}

/** The photos under one heading, in a row that they may share with others. */
export interface Group {
  /** The place of the first one. */
  readonly start: number;
  /** Pixels from the left. */
  readonly left: number;
  /** Of its heading. */
  readonly text: string;
}

export interface Row {
  /** Pixels from the top. */
  readonly top: number;
  readonly height: number;
  /** The photos in it: from start, before end. Both the same where it holds headings. */
  readonly start: number;
  readonly end: number;
  /** The headings in it, and beside photos, where they begin; empty where the row is one stretch of photos. */
  readonly groups: readonly Group[];
}

export interface Layout {
  readonly rows: readonly Row[];
  /** Pixels. */
  readonly height: number;
}

const HEADING_HEIGHT = 44;
/** Pixels beside a heading's words, and of a letter of them at most. */
const HEADING_PADDING = 8;
const LETTER = 9;
/** Pixels between the photos under one heading and those under the next. */
const GROUP_GAP = 28;
const LEAST_ASPECT = 0.35;
const MOST_ASPECT = 3.5;

/** Extreme panoramas and strips are shown cropped, so that no row is unreadably low or empty. */
export function shownAspect(aspect: number): number {
  return Math.min(MOST_ASPECT, Math.max(LEAST_ASPECT, aspect));
}

export function layOut(input: LayoutInput): Layout {
  const { aspects, headings, width, rowHeight, gap, firstRow, sharing = false } = input;
  const rows: Row[] = [];
  let top = 0;
  const addHeadings = (groups: readonly Group[]): void => {
    const { start } = groups[0];
    rows.push({ top, height: HEADING_HEIGHT, start, end: start, groups });
    top += HEADING_HEIGHT;
  };
  const addPhotos = (height: number, start: number, end: number, groups: readonly Group[] = []): void => {
    rows.push({ top, height, start, end, groups });
    top += height + gap;
  };
  for (let start = 0, next = 0; start < aspects.length;) {
    const shared = sharing && headings[next]?.at === start ? groupsOfRow(input, next) : [];
    if (shared.length > 1) {
      next += shared.length;
      const end = headings[next]?.at ?? aspects.length;
      addHeadings(shared);
      addPhotos(rowHeight, start, end, shared);
      start = end;
      continue;
    }
    if (headings[next]?.at === start) addHeadings([{ start, left: 0, text: headings[next++].text }]);
    const stop = headings[next]?.at ?? aspects.length;
    const target = rowHeight * (start === 0 ? firstRow : 1);
    let end = start;
    let sum = 0;
    while (end < stop) {
      sum += shownAspect(aspects[end++]);
      if (sum * target + gap * (end - start - 1) >= width) break;
    }
    // A full row is scaled to fit; one that is not, the last of its month, keeps the usual height.
    const fitted = (width - gap * (end - start - 1)) / sum;
    addPhotos(Math.round(Math.min(fitted, target)), start, end);
    start = end;
  }
  return { rows, height: top };
}

/** As many headings from one on as fit into a row with all their photos; none where the first one does not. */
function groupsOfRow({ aspects, headings, width, rowHeight, gap }: LayoutInput, first: number): Group[] {
  const groups: Group[] = [];
  let right = -GROUP_GAP;
  for (let i = first; i < headings.length; i++) {
    const { at: start, text } = headings[i];
    const end = headings[i + 1]?.at ?? aspects.length;
    const left = right + GROUP_GAP;
    let across = -gap;
    for (let place = start; place < end && left + across <= width; place++)
      across += shownAspect(aspects[place]) * rowHeight + gap;
    across = Math.max(across, text.length * LETTER + 2 * HEADING_PADDING);
    if (left + across > width) break;
    groups.push({ start, left, text });
    right = left + across;
  }
  return groups;
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
  let group = 0;
  for (let i = row.start; i < row.end; i++) {
    if (row.groups[group]?.start === i) left = row.groups[group++].left;
    const width = shownAspect(aspects[i]) * row.height;
    columns.push({ left, width });
    left += width + gap;
  }
  return columns;
}

/** A stretch of the page, in pixels from its upper left corner. */
export interface Stretch {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The photos that touch a stretch of the page, in their order. */
export function placesWithin(rows: readonly Row[], aspects: ArrayLike<number>, gap: number, area: Stretch): number[] {
  const [first, last] = rowsBetween(rows, area.top, area.bottom);
  return rows
    .slice(first, last)
    .flatMap((row) =>
      columnsOf(row, aspects, gap).flatMap(({ left, width }, i) =>
        left + width >= area.left && left <= area.right ? row.start + i : [],
      ),
    );
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
