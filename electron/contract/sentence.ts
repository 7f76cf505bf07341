// What the engine says to a person: English with places for what is filled in, so that the page can say it in another
// language. The English text is the key, as in gettext; renderer/words/engine.de.json has it in German.

/** A name, a number, or a sentence inside another. */
export type Filling = string | number | Sentence;

export interface Sentence {
  /** English; {0}, {1} and so on are the places. */
  readonly text: string;
  readonly values: readonly Filling[];
}

/** say`${name} is gone` is { text: '{0} is gone', values: [name] }. */
export function say(parts: TemplateStringsArray, ...values: Filling[]): Sentence {
  return { text: parts.reduce((text, part, i) => `${text}{${i - 1}}${part}`), values };
}

/** Words of somebody else, such as the system's, which are the same in every language. */
export const verbatim = (words: string): Sentence => ({ text: '{0}', values: [words] });

export function inEnglish({ text, values }: Sentence): string {
  return text.replace(/\{(\d+)\}/g, (_, place: string) => {
    const value = values[Number(place)]!;
    return typeof value === 'object' ? inEnglish(value) : String(value);
  });
}
