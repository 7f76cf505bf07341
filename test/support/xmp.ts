// XMP packets as other programs write them, and what a file without any tells.
import type { Told } from '../../electron/contract/facts.ts';

export const NOTHING_TOLD: Told = {
  utcOffset: null,
  doubtedDate: null,
  exposure: null,
  place: null,
  caption: null,
  label: null,
  favourite: false,
  stars: 0,
  tags: [],
};

export interface SaidByOthers {
  caption?: string;
  stars?: number;
  label?: string;
  tags?: readonly string[];
  /** ISO 8601. */
  date?: string;
  /** As EXIF numbers it. */
  orientation?: number;
  /** Of camera raw: HasCrop and the like. */
  crop?: Record<string, string | number>;
}

export function packet({ caption, stars, label, tags = [], date, orientation, crop = {} }: SaidByOthers): string {
  const attributes = [
    stars !== undefined && `xmp:Rating="${stars}"`,
    label !== undefined && `xmp:Label="${label}"`,
    orientation !== undefined && `tiff:Orientation="${orientation}"`,
    ...Object.entries(crop).map(([name, value]) => `crs:${name}="${value}"`),
    date !== undefined && `photoshop:DateCreated="${date}"`,
  ].filter(Boolean);
  const bag = tags.map((tag) => `<rdf:li>${tag}</rdf:li>`).join('');
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
  xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" ${attributes.join(' ')}>
${caption === undefined ? '' : `<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${caption}</rdf:li></rdf:Alt></dc:description>`}
${tags.length === 0 ? '' : `<dc:subject><rdf:Bag>${bag}</rdf:Bag></dc:subject>`}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`;
}
