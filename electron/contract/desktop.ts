// What a person chooses of the window and its place in the system; beside the library, because it is of this machine.
import { z } from 'zod';

export const desktopChoices = z.strictObject({
  /** Goes on watching folders, with a sign in the system's bar, when the window is closed. */
  staysInTray: z.boolean(),
  startsAtLogin: z.boolean(),
  /** Says when reading that took a minute or more has ended. */
  notifies: z.boolean(),
  /** Learning and looking at parts wait while the machine runs on its battery. */
  waitsOnBattery: z.boolean(),
  /** Asked before the first look. */
  looksForVersions: z.enum(['not-asked', 'weekly', 'never']),
});

export type DesktopChoices = z.infer<typeof desktopChoices>;

export const firstChoices: DesktopChoices = {
  staysInTray: false,
  startsAtLogin: false,
  notifies: false,
  waitsOnBattery: true,
  looksForVersions: 'not-asked',
};

export const changedChoices = desktopChoices.partial();

export type ChangedChoices = z.infer<typeof changedChoices>;

export interface DesktopState {
  choices: DesktopChoices;
  /** Whether this build knows a page where new versions appear. */
  knowsReleases: boolean;
  version: string;
}
