// What the engine says, in the language of the page. Its English text is the key (electron/contract/sentence.ts).
import type { Filling, Sentence } from '../../electron/contract/sentence.ts';
import de from './engine.de.json' with { type: 'json' };
import { language, locale, type Language } from './t.ts';

const translations: Partial<Record<Language, Readonly<Record<string, string>>>> = { de };

export function fromEngine({ text, values }: Sentence, to: Language = language): string {
  const filled = (value: Filling): string => {
    if (typeof value === 'object') return fromEngine(value, to);
    return typeof value === 'number' ? value.toLocaleString(to === language ? locale : to) : value;
  };
  return (translations[to]?.[text] ?? text).replace(/\{(\d+)\}/g, (_, place: string) => filled(values[Number(place)]));
}
