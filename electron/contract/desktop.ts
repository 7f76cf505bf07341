// What a person chooses of the window and its place in the system; beside the library, because it is of this machine.
import { z } from 'zod';

export const desktopChoices = z.strictObject({
  /** Goes on watching folders, with a sign in the system's bar, when the window is closed. */
  staysInTray: z.boolean().default(false),
  startsAtLogin: z.boolean().default(false),
  /** Says when reading that took a minute or more has ended. */
  notifies: z.boolean().default(false),
  /** Learning and looking at parts wait while the machine runs on its battery. */
  waitsOnBattery: z.boolean().default(true),
  /** Asked before the first look. */
  looksForVersions: z.enum(['not-asked', 'weekly', 'never']).default('not-asked'),
});

export type DesktopChoices = z.infer<typeof desktopChoices>;

export const changedChoices = desktopChoices.partial();

export interface DesktopState {
  choices: DesktopChoices;
  /** Whether this build knows a page where new versions appear. */
  knowsReleases: boolean;
  version: string;
}
