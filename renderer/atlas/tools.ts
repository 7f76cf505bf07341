/** What the pointer does on the map. */
export const TOOLS = ['move', 'box', 'lasso'] as const;
export type Tool = (typeof TOOLS)[number];
