// What the page shows beside the photos: the selection, panels, theme, sizes, and passing words.
import type { PhotoDetails, PhotoTile } from '../../electron/contract/photos.ts';
import { transport } from './transport.ts';

export type Panel = 'photos' | 'atlas' | 'duplicates' | 'problems' | 'settings';
export type SettingsPage = 'appearance' | 'folders' | 'model' | 'embedders' | 'storage' | 'desktop' | 'privacy';
export type Theme = 'system' | 'light' | 'dark';

const stored = (key: string): string | null => localStorage.getItem(`likeness-${key}`);

export class View {
  panel = $state<Panel>('photos');
  settingsPage = $state<SettingsPage>('appearance');
  inspected = $state.raw<PhotoDetails>();
  /** Whether a box is to be drawn on the next photo in the viewer. */
  drawing = false;
  /** Beside which the next photo in the viewer is compared. */
  compared: readonly PhotoTile[] = [];
  /** Whether the viewer shows what there is to know of its photo. */
  detailsShown = $state(stored('viewer-details') === 'yes');
  shortcutsShown = $state(false);
  /** Whether the filter's fields are shown. */
  narrowing = $state(false);
  choosingFolder = $state<{ reason: string | null }>();
  rowHeight = $state(Number(stored('row-height') ?? 200));
  theme = $state<Theme>((stored('theme') as Theme | null) ?? 'system');
  /** A sentence that stays until it is dismissed or replaced. */
  word = $state<string>();

  constructor() {
    this.#applyTheme();
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    localStorage.setItem('likeness-theme', theme);
    this.#applyTheme();
  }

  setRowHeight(pixels: number): void {
    this.rowHeight = pixels;
    localStorage.setItem('likeness-row-height', String(pixels));
  }

  setDetailsShown(shown: boolean): void {
    this.detailsShown = shown;
    localStorage.setItem('likeness-viewer-details', shown ? 'yes' : 'no');
  }

  showSettings(page: SettingsPage): void {
    this.settingsPage = page;
    this.panel = 'settings';
  }

  async inspect(photoId: number): Promise<void> {
    await this.attempt(async () => {
      this.inspected = await transport.call('getPhoto', { photoId });
    });
  }

  async chooseFolders(): Promise<void> {
    if (!transport.chooseFolders) {
      this.choosingFolder = { reason: null };
      return;
    }
    await this.attempt(async () => {
      for (const path of await transport.chooseFolders!()) await transport.call('addFolder', { path });
    });
  }

  /** Does something, and says so where it fails. */
  async attempt(work: () => unknown): Promise<boolean> {
    try {
      await work();
      this.word = undefined;
      return true;
    } catch (error) {
      this.word = (error as Error).message;
      return false;
    }
  }

  #applyTheme(): void {
    if (this.theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.theme;
  }
}

export const view = new View();
