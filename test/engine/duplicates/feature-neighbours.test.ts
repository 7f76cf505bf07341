import { describe, expect, it } from 'vitest';
import { ActiveModel } from '../../../electron/engine/codes/active-model.ts';
import { nativeVectorIndexes } from '../../../electron/engine/codes/native-vector-index.ts';
import { FeatureNeighbours, type Neighbourhood } from '../../../electron/engine/duplicates/feature-neighbours.ts';
import { Library } from '../../../electron/library/library.ts';
import { withDuplicates } from '../../support/duplicates.ts';

describe('Pictures nearest by their features', () => {
  it('are the same among those that codes give as among all, where codes give them all', async () => {
    const { libraryPath } = await withDuplicates();
    const library = Library.openReadOnly(libraryPath);
    const [embedder] = library.features.embedders();
    const regions = library.features.regionIds(embedder.id);
    const active = ActiveModel.load(library, embedder.id);
    expect(active).toBeDefined();
    const ask = (by: ActiveModel | undefined): Promise<Neighbourhood[]> =>
      new FeatureNeighbours({
        library,
        embedder: embedder,
        active: () => by,
        makeVectorIndex: nativeVectorIndexes(),
      }).of(regions);
    const [byCodes, amongAll] = [await ask(active), await ask(undefined)];
    expect(byCodes.map(({ contentId }) => contentId)).toHaveLength(38);
    const rounded = ({ contentId, near }: Neighbourhood) => ({
      contentId,
      near: near.map((one) => [one.contentId, one.distance.toFixed(3)]).sort(),
    });
    expect(byCodes.map(rounded)).toEqual(amongAll.map(rounded));
    for (const { contentId, near } of byCodes) {
      expect(near).toHaveLength(37);
      expect(near.map((one) => one.contentId)).not.toContain(contentId);
      expect(near.map(({ distance }) => distance)).toEqual(near.map(({ distance }) => distance).sort((a, b) => a - b));
    }
    library.close();
  });
});
