// What menus and notices of the system say. The page has its own words.

const english = {
  file: 'File',
  addFolder: 'Add a folder…',
  askByPictures: 'Search by pictures…',
  settings: 'Settings…',
  help: 'Help',
  report: 'Show a report…',
  open: 'Open Likeness',
  pause: 'Pause reading',
  resume: 'Go on reading',
  quit: 'Quit Likeness',
  albums: 'Albums',
  pictures: 'Pictures',
  readingEnded: 'Your photos are read',
  readingEndedCount: '{0} photos can be searched now.',
  askVersions: 'Look for new versions of Likeness once a week?',
  askVersionsMore:
    'It asks the page where versions are published which is the newest, and says nothing of you or your photos. You can change it in the settings.',
  weekly: 'Once a week',
  never: 'Never',
  newVersion: 'Likeness {0} is there',
  newVersionMore:
    'It is fetched when you say so, and takes the place of this one at the next start. The catalogue is copied before.',
  fetchIt: 'Fetch it',
  later: 'Later',
  fetched: 'Likeness {0} starts next time',
  fetchedMore: 'Start again now, or when you like.',
  restart: 'Start again now',
};

export type Words = typeof english;

const german: Words = {
  file: 'Datei',
  addFolder: 'Ordner hinzufügen…',
  askByPictures: 'Mit Bildern suchen…',
  settings: 'Einstellungen…',
  help: 'Hilfe',
  report: 'Bericht zeigen…',
  open: 'Likeness öffnen',
  pause: 'Lesen anhalten',
  resume: 'Weiterlesen',
  quit: 'Likeness beenden',
  albums: 'Alben',
  pictures: 'Bilder',
  readingEnded: 'Ihre Fotos sind gelesen',
  readingEndedCount: '{0} Fotos können jetzt durchsucht werden.',
  askVersions: 'Einmal in der Woche nach neuen Versionen von Likeness sehen?',
  askVersionsMore:
    'Dabei wird die Seite, auf der Versionen erscheinen, nach der neuesten gefragt; von Ihnen und Ihren Fotos sagt das nichts. Sie können es in den Einstellungen ändern.',
  weekly: 'Einmal in der Woche',
  never: 'Nie',
  newVersion: 'Likeness {0} ist da',
  newVersionMore:
    'Es wird geholt, wenn Sie es sagen, und tritt beim nächsten Start an die Stelle von diesem. Der Katalog wird davor kopiert.',
  fetchIt: 'Holen',
  later: 'Später',
  fetched: 'Likeness {0} startet beim nächsten Mal',
  fetchedMore: 'Starten Sie jetzt neu oder wann Sie möchten.',
  restart: 'Jetzt neu starten',
};

/** @param locale of the system, such as de-AT */
export const wordsFor = (locale: string): Words => (/^de\b/i.test(locale) ? german : english);

export const filled = (sentence: string, value: string | number): string => sentence.replace('{0}', String(value));
