// Checked before anything else is loaded: on an older Node the native parts fail without a word.

const NEEDED = [24, 11] as const;

/** A sentence where this Node is too old, else null. */
export function nodeTooOld(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return null;
  return (
    `Likeness needs Node ${NEEDED.join('.')} or newer; this is Node ${version}. ` +
    'Inside the project, "npm start" and "npm run likeness" bring their own.'
  );
}
