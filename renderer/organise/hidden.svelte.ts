// What is hidden, and whether it is shown for now.
import { transport } from '../shell/transport.ts';

export class Hidden {
  photos = $state(0);
  folders = $state.raw<readonly string[]>([]);
  shown = $state(false);

  async refresh(): Promise<void> {
    const { photos, folders, shown } = await transport.call('getHidden', {});
    this.photos = photos;
    this.folders = folders;
    this.shown = shown;
  }

  async show(shown: boolean): Promise<void> {
    await transport.call('showHidden', { shown });
    await this.refresh();
  }
}

export const hidden = new Hidden();
