import { cruise } from 'dependency-cruiser';
import { describe, expect, it } from 'vitest';

/** Who may import whom; ARCHITECTURE.md says why. */
const rules = [
  {
    name: 'contract imports nothing of ours',
    from: { path: '^electron/contract/' },
    to: { path: '^(electron|renderer)/', pathNot: '^electron/contract/' },
  },
  {
    name: 'numeric imports nothing of ours',
    from: { path: '^electron/numeric/' },
    to: { path: '^(electron|renderer)/', pathNot: '^electron/numeric/' },
  },
  {
    name: 'deepquan and search are pure: numbers in, numbers out',
    from: { path: '^electron/(deepquan|search|numeric)/' },
    to: {
      path: '^(node:)?(fs|path|os|child_process|worker_threads|net|http|timers|crypto)|better-sqlite3|sharp|onnxruntime|/electron/index',
      pathNot: '^electron/',
    },
  },
  {
    name: 'what encodes needs no TensorFlow.js, and nothing of what trains',
    from: { path: '^electron/deepquan/model/' },
    to: { path: '@tensorflow|^electron/deepquan/training/' },
  },
  {
    name: 'only training and the evaluation know TensorFlow.js',
    from: { path: '^electron/', pathNot: '^electron/((deepquan|engine)/training|evaluation)/' },
    to: { path: '@tensorflow' },
  },
  {
    name: 'the four rooms do not import each other',
    from: { path: '^electron/(library|vision|deepquan|search)/' },
    to: { path: '^electron/(library|vision|deepquan|search|engine)/', pathNot: '^electron/$1/' },
  },
  {
    name: 'the evaluation looks at deepquan and search alone',
    from: { path: '^electron/evaluation/' },
    to: { path: '^electron/(library|vision|engine)/' },
  },
  {
    name: 'the four rooms and the engine do not import the evaluation',
    from: { path: '^electron/(library|vision|deepquan|search|engine)/' },
    to: { path: '^electron/evaluation/' },
  },
  {
    name: 'rooms do not import faces',
    from: { path: '^electron/[^/]+/', pathNot: '^electron/faces/' },
    to: { path: '^electron/faces/|^electron/[^/]+\\.ts$' },
  },
  {
    name: 'faces reach the engine through its front, and no room behind it',
    from: { path: '^electron/(faces/|[^/]+\\.ts$)' },
    to: {
      path: '^electron/(library|vision|deepquan|search|engine)/',
      pathNot: '^electron/engine/(engine|gateway|parts)\\.ts$|^electron/engine/reading/',
    },
  },
  {
    name: 'folders and rows of the library are read without decoders',
    from: { path: '^electron/library/(files|rows|migrations)/' },
    to: { path: '^electron/library/decode/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'files know nothing of rows',
    from: { path: '^electron/library/files/' },
    to: { path: '^electron/library/(rows|decode)/' },
  },
  // Within the engine, each floor stands on those before it.
  ...[
    ['diagnosis', 'status', 'review', 'codes'],
    ['training'],
    ['models'],
    ['embedding'],
    ['photo-parts', 'indexing', 'duplicates', 'atlas'],
    ['videos', 'export', 'organising'],
    ['samples', 'searching'],
    ['methods', 'reading'],
  ].flatMap((floor, i, floors) => {
    const above = floors.slice(i).flat();
    return floor.map((room) => ({
      name: `engine/${room} imports no room of its own floor or above`,
      from: { path: `^electron/engine/${room}/` },
      to: { path: `^electron/engine/(${above.filter((one) => one !== room).join('|') || 'none'})/` },
    }));
  }),
  {
    name: 'rooms of the engine do not import what wires them',
    from: { path: '^electron/engine/[^/]+/', pathNot: '^electron/engine/methods/' },
    to: { path: '^electron/engine/[^/]+\\.ts$' },
  },
  {
    name: 'only what runs in the process of the window imports electron; its types may be named elsewhere',
    from: {
      pathNot: '^(electron/(main|preload|faces/desktop/(answer-page|main-window|serve-page|tray-sign))\\.ts|test/)',
    },
    to: { path: 'node_modules/electron/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'the page imports types from the contract and nothing else',
    from: { path: '^renderer/' },
    to: { path: '^electron/', pathNot: '^electron/contract/' },
  },
  {
    name: 'what the page imports from the contract is types',
    from: { path: '^renderer/' },
    to: { path: '^electron/contract/', dependencyTypesNot: ['type-only'] },
  },
  { name: 'no circles', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
];

async function violations(folders: string[], forbidden: object[]): Promise<string[]> {
  const result = await cruise(
    folders,
    {
      validate: true,
      ruleSet: { forbidden: forbidden.map((rule) => ({ severity: 'error', ...rule })) as never },
      doNotFollow: { path: 'node_modules' },
      tsPreCompilationDeps: true,
    },
    { extensions: ['.ts', '.svelte.ts', '.js'] },
    { tsConfig: undefined },
  );
  const { summary } = result.output as {
    summary: { violations: { rule: { name: string }; from: string; to: string }[]; totalCruised: number };
  };
  expect(summary.totalCruised).toBeGreaterThan(30);
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
}

describe('The rooms', () => {
  it('import each other only as the house allows', async () => {
    expect(await violations(['electron', 'renderer'], rules)).toEqual([]);
  });

  it('are really looked at: a rule that the house breaks is reported', async () => {
    const broken = [
      { name: 'engine imports library', from: { path: '^electron/engine/' }, to: { path: '^electron/library/' } },
    ];
    expect((await violations(['electron'], broken)).length).toBeGreaterThan(3);
  });
});
