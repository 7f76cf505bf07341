// A GIMP file of one tile (at most 64 by 64 pixels), as run lengths, of as many layers as are given (GIMP's XCF file format description).

/** Pixels of a layer: its colour, 0xRRGGBB, and where it begins. */
export interface XcfLayer {
  colour: number;
  x: number;
  width: number;
}

/** @param layers the uppermost first; each as high as the picture */
export function makeXcf(width: number, height: number, layers: readonly XcfLayer[]): Buffer {
  const header = (pointers: number[]): Buffer =>
    Buffer.concat([
      Buffer.from('gimp xcf file\0', 'latin1'),
      words(width, height, 0),
      property(17, Buffer.from([1])),
      words(0, 0, ...pointers, 0, 0),
    ]);
  const parts: Buffer[] = [];
  let at = header(layers.map(() => 0)).length;
  const pointers = layers.map((layer) => {
    const here = at;
    const part = layerOf(layer, height, here);
    parts.push(part);
    at += part.length;
    return here;
  });
  return Buffer.concat([header(pointers), ...parts]);
}

function layerOf({ colour, x, width }: XcfLayer, height: number, at: number): Buffer {
  const head = (hierarchy: number): Buffer =>
    Buffer.concat([
      words(width, height, 0, 2),
      Buffer.from('L\0'),
      property(6, words(255)),
      property(8, words(1)),
      property(15, words(x, 0)),
      property(7, words(0)),
      words(0, 0, hierarchy, 0),
    ]);
  const hierarchy = at + head(0).length;
  const level = hierarchy + 20;
  const tile = level + 16;
  const pixels = Buffer.concat([colour >> 16, colour >> 8, colour].map((value) => runs(value & 255, width * height)));
  return Buffer.concat([head(hierarchy), words(width, height, 3, level, 0), words(width, height, tile, 0), pixels]);
}

/** So many times one value: a byte that says how often but one, and the value. */
function runs(value: number, length: number): Buffer {
  const bytes: number[] = [];
  for (let left = length; left > 0; left -= 127) bytes.push(Math.min(left, 127) - 1, value);
  return Buffer.from(bytes);
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32BE(value, i * 4));
  return bytes;
}

const property = (kind: number, value: Buffer): Buffer => Buffer.concat([words(kind, value.length), value]);
