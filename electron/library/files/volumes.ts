// The drives that are connected, by ids that stay theirs wherever they are connected.
import { stat } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import { blockDevices } from 'systeminformation';
import { isWithin } from './paths.ts';

export interface Volume {
  /** The file system's UUID, or its serial number on Windows. */
  readonly id: string;
  /** As the person named it, or where it is. */
  readonly name: string;
  readonly mountPoint: string;
}

/** What lists the drives; tests give their own. */
export type ListVolumes = () => Promise<Volume[]>;

/** Drives that the system knows an id of; shares in a network have none. */
export async function listVolumes(): Promise<Volume[]> {
  return (await blockDevices()).flatMap(({ uuid, mount, label }) =>
    uuid && mount ? [{ id: uuid, name: label || basename(mount) || mount, mountPoint: mount }] : [],
  );
}

export interface VolumePlace {
  readonly volume: Volume;
  /** Below the mount point; empty for the drive itself. */
  readonly path: string;
}

/** The drive that a path lies on, of those there are; undefined where none is known. */
export async function placeOn(volumes: readonly Volume[], path: string): Promise<VolumePlace | undefined> {
  const around = volumes
    .filter(({ mountPoint }) => isWithin(path, mountPoint))
    .sort((a, b) => b.mountPoint.length - a.mountPoint.length);
  for (const volume of around) {
    // Another file system may be mounted in between, of which the system knows no id.
    const [here, there] = await Promise.all([deviceOf(path), deviceOf(volume.mountPoint)]);
    if (here !== undefined && here === there) return { volume, path: relative(volume.mountPoint, path) };
  }
  return undefined;
}

async function deviceOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ dev }) => dev,
    () => undefined,
  );
}
