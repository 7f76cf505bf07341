// Whether a folder lies on another computer: such a place tells of no changes, or not of those that others make.
import { readFile } from 'node:fs/promises';
import { blockDevices, fsSize } from 'systeminformation';
import { isWithin } from './paths.ts';

/** Tests give their own. */
export type IsOnShare = (path: string) => Promise<boolean>;

/** Types of file systems by which other computers' folders are mounted. */
const NETWORK =
  /^(?:nfs\d?|cifs|smb\d?|smbfs|afpfs|webdav|davfs2?|9p|ceph|glusterfs|lustre|ncpfs|afs|osxfuse|macfuse|fuse\.(?:sshfs|rclone|s3fs|gcsfuse|davfs2?|smbnetfs|glusterfs|curlftpfs|gvfsd-fuse|google-drive-ocamlfuse))$/;

export interface Mount {
  place: string;
  type: string;
}

/** False where the system does not say. */
export async function isOnShare(path: string): Promise<boolean> {
  if (path.startsWith('\\\\')) return true;
  const mounts = await listMounts().catch(() => []);
  return isNetwork(mounts, path);
}

/** By the mount that is nearest around a path. */
export function isNetwork(mounts: readonly Mount[], path: string): boolean {
  const [nearest] = mounts.filter(({ place }) => isWithin(path, place)).sort((a, b) => b.place.length - a.place.length);
  return nearest !== undefined && NETWORK.test(nearest.type.toLowerCase());
}

/** Nothing here touches what is mounted: a share whose server is gone would not answer. */
async function listMounts(): Promise<Mount[]> {
  if (process.platform === 'linux') return parseMountInfo(await readFile('/proc/self/mountinfo', 'utf8'));
  if (process.platform === 'win32')
    return (await blockDevices()).flatMap(({ mount, physical }) =>
      mount ? [{ place: `${mount}\\`, type: physical === 'Network' ? 'smb' : 'local' }] : [],
    );
  return (await fsSize()).map(({ mount, type }) => ({ place: mount, type }));
}

/** The later of two mounts at one place hides the other. @param text as proc_pid_mountinfo(5) describes it */
export function parseMountInfo(text: string): Mount[] {
  const mounts = new Map<string, Mount>();
  for (const line of text.split('\n')) {
    const [before, after] = line.split(' - ');
    const place = before
      ?.split(' ')[4]
      ?.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
    const type = after?.split(' ')[0];
    if (place !== undefined && type !== undefined) mounts.set(place, { place, type });
  }
  return [...mounts.values()];
}
