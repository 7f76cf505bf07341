import { describe, expect, it } from 'vitest';
import { compareLeads, leads, namedFile, pathsOfPhoto } from '../../../electron/library/files/companions.ts';

const shows = (lead: string, companion: string): boolean => {
  const [one, other] = [namedFile(lead), namedFile(companion)];
  return one !== undefined && other !== undefined && leads(one, other);
};

describe('Files of one photo, by their names', () => {
  it.each([
    ['/a/DSC_1.JPG', '/a/DSC_1.NEF'],
    ['/a/IMG_0001.HEIC', '/a/IMG_0001.DNG'],
    ['/a/0I8A.HIF', '/a/0I8A.CR3'],
    ['/a/IMG_E1234.JPG', '/a/IMG_1234.HEIC'],
    ['/a/IMG_E1234.JPG', '/a/IMG_1234.DNG'],
    ['/a/trip-edited.jpg', '/a/trip.jpg'],
    ['/a/Ausflug-bearbeitet.jpg', '/a/Ausflug.jpg'],
    ['/a/IMG_0001.HEIC', '/a/IMG_0001.MOV'],
    ['/a/IMG_0001.JPG', '/a/IMG_0001.MP4'],
    ['/a/PXL_20230102_030405678.RAW-01.COVER.jpg', '/a/PXL_20230102_030405678.RAW-02.ORIGINAL.dng'],
    ['/a/PXL_20230102_030405678.PORTRAIT-01.COVER.jpg', '/a/PXL_20230102_030405678.PORTRAIT-02.ORIGINAL.jpg'],
  ])('%s shows %s, and not the other way round', (lead, companion) => {
    expect(shows(lead, companion)).toBe(true);
    expect(shows(companion, lead)).toBe(false);
    const beginnings = pathsOfPhoto(namedFile(companion)!);
    expect(beginnings.some((beginning) => lead.startsWith(beginning))).toBe(true);
  });

  it.each([
    ['/a/DSC_1.JPG', '/a/DSC_10.NEF'],
    ['/a/DSC_1.JPG', '/b/DSC_1.NEF'],
    ['/a/IMG_1.JPG', '/a/IMG_1.HEIC'],
    ['/a/party.jpg', '/a/party.mp4'],
    ['/a/IMG_0001.MOV', '/a/IMG_0001.DNG'],
    ['/a/DSC_1.PNG', '/a/DSC_1.NEF'],
    ['/a/IMG_E12.JPG', '/a/IMG_12.JPG'],
    ['/a/non-edited.jpg', '/a/edited.jpg'],
  ])('%s and %s are two photos', (a, b) => {
    expect([shows(a, b), shows(b, a)]).toEqual([false, false]);
  });

  it('are shown by the edited one first, then by the JPEG', () => {
    const paths = ['/a/IMG_1234.HEIC', '/a/IMG_1234.JPG', '/a/IMG_E1234.HEIC'];
    expect(paths.sort(compareLeads)).toEqual(['/a/IMG_E1234.HEIC', '/a/IMG_1234.JPG', '/a/IMG_1234.HEIC']);
  });
});
