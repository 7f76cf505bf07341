// What there is of what can be said: favourites, tags, and what is hidden.
import type { Labels } from '../../electron/contract/organise.ts';
import { transport } from '../shell/transport.ts';

const NONE: Labels = { favourites: 0, tags: [], hidden: { photos: 0, folders: [], shown: false } };

export class KnownLabels {
  now = $state.raw<Labels>(NONE);

  async refresh(): Promise<void> {
    this.now = await transport.call('getLabels', {});
  }

  async showHidden(shown: boolean): Promise<void> {
    await transport.call('showHidden', { shown });
    await this.refresh();
  }
}

export const labels = new KnownLabels();
