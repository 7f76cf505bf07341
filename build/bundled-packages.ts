// Notes which packages are bundled into the page, so that their licences come along.
import type { Plugin } from 'vite';

/** @param places is given each package's place below node_modules: "svelte", "@scope/name" */
export const noteBundled = (places: Set<string>): Plugin => ({
  name: 'likeness:note-bundled',
  moduleParsed({ id }) {
    const place = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
    if (place) places.add(place);
  },
});
