// Every sentence of the page, by language. English is what the others are made from, and what stands in where they lack something.
import i18next from 'i18next';
import de from './de.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    returnNull: false;
  }
}

/** Languages by their own names. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

const CHOICE = 'likeness-language';
const page = typeof document === 'undefined' ? undefined : document;

/** What the person chose; null where the system's language is taken. */
export const chosenLanguage = (): Language | null => known((page && localStorage.getItem(CHOICE)) ?? '');

/** Takes effect when the page is loaded again. */
export function chooseLanguage(language: Language | null): void {
  if (language) localStorage.setItem(CHOICE, language);
  else localStorage.removeItem(CHOICE);
}

function known(tag: string): Language | null {
  const [base] = tag.toLowerCase().split('-');
  return base && Object.hasOwn(LANGUAGES, base) ? (base as Language) : null;
}

const fromSystem = (): Language | null =>
  page ? (navigator.languages.map(known).find((language) => language !== null) ?? null) : null;

export const language: Language = chosenLanguage() ?? fromSystem() ?? 'en';
if (page) page.documentElement.lang = language;

/** How numbers and dates are written: as the system does, where it speaks the language that is shown. */
export const locale: string | undefined =
  page && known(navigator.language) === language ? navigator.language : language;

void i18next.init({
  lng: language,
  fallbackLng: 'en',
  resources: { en: { translation: en }, de: { translation: de } },
  // All of it is here: nothing is waited for, and Svelte escapes what it shows.
  initAsync: false,
  interpolation: { escapeValue: false },
});

export const { t } = i18next;
