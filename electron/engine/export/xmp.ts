// What a person said of a photo as an XMP packet, for other programs (XMP specification, part 1, section 7; ISO 16684-1).
import XMLBuilder from 'fast-xml-builder';

export interface SaidOfPhoto {
  favourite: boolean;
  /** 0 to 5. */
  stars: number;
  tags: readonly string[];
}

/** Who wrote a packet, in its own words: what others wrote is never written over. */
const TOOLKIT = 'Likeness';

const builder = new XMLBuilder({ ignoreAttributes: false, format: true, suppressEmptyNode: true });

/** The name of a sidecar is the photo's, ending included, so that a RAW and a JPEG of one name have each their own. */
export const sidecarOf = (name: string): string => `${name}.xmp`;

export const isWorthWriting = ({ favourite, stars, tags }: SaidOfPhoto): boolean =>
  favourite || stars > 0 || tags.length > 0;

export function toXmp({ favourite, stars, tags }: SaidOfPhoto): string {
  const packet = builder.build({
    'x:xmpmeta': {
      '@_xmlns:x': 'adobe:ns:meta/',
      '@_x:xmptk': TOOLKIT,
      'rdf:RDF': {
        '@_xmlns:rdf': 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
        'rdf:Description': {
          '@_rdf:about': '',
          '@_xmlns:xmp': 'http://ns.adobe.com/xap/1.0/',
          '@_xmlns:dc': 'http://purl.org/dc/elements/1.1/',
          '@_xmlns:likeness': 'urn:likeness:1.0/',
          'xmp:Rating': stars,
          // No field of the standard says it.
          'likeness:Favourite': favourite ? 'True' : 'False',
          ...(tags.length > 0 && { 'dc:subject': { 'rdf:Bag': { 'rdf:li': tags } } }),
        },
      },
    },
  });
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>\n${packet}<?xpacket end="w"?>\n`;
}

/** Whether a packet is one of these. */
export const isOurs = (packet: string): boolean => /<x:xmpmeta[^>]*x:xmptk="Likeness"/.test(packet);
