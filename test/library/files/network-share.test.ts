import { describe, expect, it } from 'vitest';
import { isNetwork, isOnShare, parseMountInfo } from '../../../electron/library/files/network-share.ts';
import { temporaryFolder } from '../../support/pictures.ts';

/** As proc_pid_mountinfo(5) shows it. */
const MOUNTS = parseMountInfo(
  [
    '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
    '40 27 0:50 / /mnt/nas rw,relatime shared:1 - cifs //nas/photos rw',
    '41 40 8:1 / /mnt/nas/stick rw - vfat /dev/sdb1 rw',
    '42 27 0:51 / /home/me/far\\040away rw - fuse.sshfs me@there: rw',
    '43 27 0:52 / /run/user/1000/gvfs rw - fuse.gvfsd-fuse gvfsd-fuse rw',
    '44 27 0:53 / /media/ntfs rw - fuseblk /dev/sdc1 rw',
    '45 27 0:54 / /replaced rw - nfs4 there:/photos rw',
    '46 27 0:55 / /replaced rw - tmpfs tmpfs rw',
    '',
  ].join('\n'),
);

describe('Whether a folder lies on another computer', () => {
  it.each([
    ['/home/me/Pictures', false],
    ['/mnt/nas', true],
    ['/mnt/nas/2024', true],
    ['/mnt/nasty', false],
    ['/mnt/nas/stick/DCIM', false],
    ['/home/me/far away/photos', true],
    ['/run/user/1000/gvfs/smb-share:server=nas', true],
    ['/media/ntfs/photos', false],
    ['/replaced/photos', false],
  ])('is told by the mount around it: %s', (path, expected) => {
    expect(isNetwork(MOUNTS, path)).toBe(expected);
  });

  it('is told of this one, and of names of Windows', async () => {
    expect(await isOnShare(temporaryFolder())).toBe(false);
    expect(await isOnShare('\\\\nas\\photos')).toBe(true);
  });
});
