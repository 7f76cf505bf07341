import Database from 'better-sqlite3';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readFacts, type PhotoFacts } from '../../../electron/library/decode/metadata.ts';
import { readBeside } from '../../../electron/library/files/beside.ts';
import { cataloguePath } from '../../../electron/library/catalogue.ts';
import { openEngine, photoAt, photoIdsOf, until } from '../../support/engines.ts';
import { makePicture, settle, temporaryFolder } from '../../support/pictures.ts';
import { packet } from '../../support/xmp.ts';

const now = Date.UTC(2026, 0);

interface Written {
  exif?: Record<string, string>;
  gps?: Record<string, string>;
  first?: Record<string, string>;
  xmp?: string;
}

/** A JPEG that tells something. */
async function telling({ exif = {}, gps = {}, first = {}, xmp }: Written): Promise<Buffer> {
  const image = sharp(await makePicture(1)).withExif({
    IFD0: { Make: 'Canon', Model: 'Canon EOS R5', ...first },
    IFD2: exif,
    IFD3: gps,
  });
  return (xmp === undefined ? image : image.withXmp(xmp)).jpeg().toBuffer();
}

const factsOf = async (written: Written): Promise<PhotoFacts> => readFacts(await telling(written), now);

describe('What a file tells', () => {
  it('is the moment by the clock of the camera, with parts of a second and the offset, and its name once', async () => {
    const exif = {
      DateTimeOriginal: '2019:07:14 18:05:09',
      SubSecTimeOriginal: '25',
      OffsetTimeOriginal: '+02:00',
      LensModel: 'RF24-70mm F2.8 L IS USM',
    };
    const facts = await factsOf({ exif });
    expect(facts).toMatchObject({
      takenAt: Date.UTC(2019, 6, 14, 18, 5, 9, 250),
      camera: 'Canon EOS R5',
      lens: 'RF24-70mm F2.8 L IS USM',
      told: { utcOffset: '+02:00', doubtedDate: null },
    });
  });

  it.each(['0000:00:00 00:00:00', '    :  :     :  :  ', '2020:13:45 99:00:00'])(
    'is no date where that is %j',
    async (date) => {
      expect(await factsOf({ exif: { DateTimeOriginal: date } })).toMatchObject({
        takenAt: null,
        told: { doubtedDate: null },
      });
    },
  );

  it.each([
    ['1980:01:01 00:00:00', Date.UTC(1980, 0)],
    ['1970:01:01 00:00:00', Date.UTC(1970, 0)],
    ['2031:01:01 00:00:00', Date.UTC(2031, 0)],
  ])('is doubted where a clock was never set or is ahead: %s', async (date, doubtedDate) => {
    expect(await factsOf({ exif: { DateTimeOriginal: date } })).toMatchObject({ takenAt: null, told: { doubtedDate } });
  });

  it('is how it was exposed, and where', async () => {
    const { told } = await factsOf({
      exif: { ExposureTime: '1/250', FNumber: '28/10', ISOSpeedRatings: '400', FocalLength: '50/1' },
      gps: {
        GPSLatitudeRef: 'S',
        GPSLatitude: '33/1 30/1 0/1',
        GPSLongitudeRef: 'W',
        GPSLongitude: '70/1 45/1 0/1',
        GPSAltitudeRef: '0',
        GPSAltitude: '520/1',
      },
    });
    expect(told.exposure).toEqual({ seconds: 0.004, aperture: 2.8, iso: 400, focalLength: 50 });
    expect(told.place).toEqual({ latitude: -33.5, longitude: -70.75, altitude: 520 });
    expect((await factsOf({})).told).toMatchObject({ exposure: null, place: null });
  });

  it('is a caption, stars, tags and a label, and not what a camera writes of itself', async () => {
    const xmp = packet({ caption: 'A quiet lake', stars: 4, label: 'Red', tags: ['lake', 'Holiday'] });
    expect((await factsOf({ xmp })).told).toMatchObject({
      caption: 'A quiet lake',
      stars: 4,
      label: 'Red',
      tags: ['lake', 'Holiday'],
    });
    expect((await factsOf({ first: { ImageDescription: 'OLYMPUS DIGITAL CAMERA' } })).told.caption).toBeNull();
    expect((await factsOf({ first: { ImageDescription: 'By the sea' } })).told.caption).toBe('By the sea');
    // Put aside, which other programs write as -1.
    expect((await factsOf({ xmp: packet({ stars: -1 }) })).told.stars).toBe(0);
  });

  it('is tags as a person could write them here: without letters that cannot be seen, and not too long', async () => {
    const tags = ['fam\u200dily', '\u200b', `${'x'.repeat(99)}🏔`];
    expect((await factsOf({ xmp: packet({ tags }) })).told.tags).toEqual(['family', 'x'.repeat(99)]);
  });

  it('is nothing where it is damaged', async () => {
    const nothing = { takenAt: null, camera: null, lens: null };
    expect(readFacts(new Uint8Array(0), now)).toMatchObject(nothing);
    expect(readFacts(Buffer.from('Exif\0\0garbage'), now)).toMatchObject(nothing);
    const whole = await telling({ exif: { DateTimeOriginal: '2019:07:14 18:05:09' }, xmp: packet({ stars: 3 }) });
    for (let length = 4; length < 1500; length += 37)
      expect(() => readFacts(whole.subarray(0, length), now)).not.toThrow();
  });
});

describe('What lies beside a photo', () => {
  it('is read before what is in it: XMP of other programs, under either name', async () => {
    const folder = temporaryFolder();
    const bytes = await telling({ exif: { DateTimeOriginal: '2019:07:14 18:05:09' }, xmp: packet({ stars: 1 }) });
    for (const [photo, sidecar] of [
      ['a.jpg', 'a.jpg.xmp'],
      ['b.jpg', 'b.xmp'],
      ['c.jpg', 'c.XMP'],
    ]) {
      writeFileSync(join(folder, sidecar), packet({ stars: 5, tags: ['edited'], date: '2018-01-02T03:04:05+01:00' }));
      const facts = readFacts(bytes, now, await readBeside(join(folder, photo)));
      expect(facts).toMatchObject({ takenAt: Date.UTC(2018, 0, 2, 3, 4, 5), camera: 'Canon EOS R5' });
      expect(facts.told).toMatchObject({ stars: 5, tags: ['edited'], utcOffset: '+01:00' });
    }
  });

  it.each([
    ['IMG_1.jpg', 'IMG_1.jpg.json'],
    ['IMG_1.jpg', 'IMG_1.jpg.supplemental-metadata.json'],
    ['a-name-of-forty-letters-and-some-more.jpg', 'a-name-of-forty-letters-and-some-more.jpg.supp.json'],
  ])('is what Google Takeout says of %s in %s', async (photo, name) => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, name),
      JSON.stringify({
        title: photo,
        description: 'Grandmother',
        photoTakenTime: { timestamp: '1500000000', formatted: '14.07.2017' },
        geoData: { latitude: 47.5, longitude: 8.25, altitude: 400, latitudeSpan: 0 },
        favorited: true,
      }),
    );
    const { takenAt, told } = readFacts(await telling({}), now, await readBeside(join(folder, photo)));
    const at = new Date(1_500_000_000_000);
    expect(takenAt).toBe(at.getTime() - at.getTimezoneOffset() * 60_000);
    expect(told).toMatchObject({
      caption: 'Grandmother',
      favourite: true,
      place: { latitude: 47.5, longitude: 8.25, altitude: 400 },
    });
  });

  it('is what ExifTool writes as JSON, and osxphotos of photos that it exports from Apple Photos', async () => {
    const photo = join(temporaryFolder(), 'IMG_1.jpg');
    writeFileSync(
      `${photo}.json`,
      JSON.stringify([
        {
          SourceFile: 'IMG_1.jpg',
          'EXIF:DateTimeOriginal': '2020:04:11 12:34:56',
          'EXIF:OffsetTimeOriginal': '-04:00',
          'EXIF:GPSLatitude': 33.5,
          'EXIF:GPSLatitudeRef': 'S',
          'EXIF:GPSLongitude': '70.75',
          'EXIF:GPSLongitudeRef': 'West',
          'XMP:Description': 'The wedding',
          'XMP:Rating': 5,
          'XMP:Subject': ['Kids', 'wedding'],
          'IPTC:Keywords': ['Kids'],
        },
      ]),
    );
    const bytes = await telling({ exif: { DateTimeOriginal: '2019:07:14 18:05:09' } });
    expect(readFacts(bytes, now, await readBeside(photo))).toMatchObject({
      takenAt: Date.UTC(2020, 3, 11, 12, 34, 56),
      camera: 'Canon EOS R5',
      told: {
        utcOffset: '-04:00',
        place: { latitude: -33.5, longitude: -70.75, altitude: null },
        caption: 'The wedding',
        stars: 5,
        tags: ['Kids', 'wedding'],
      },
    });
    for (const other of [
      '[]',
      '[1]',
      '[{}]',
      '[{"EXIF:DateTimeOriginal": {}, "XMP:Subject": [null, {}], "XMP:Rating": []}]',
    ]) {
      writeFileSync(`${photo}.json`, other);
      expect(readFacts(bytes, now, await readBeside(photo))).toMatchObject({
        takenAt: Date.UTC(2019, 6, 14, 18, 5, 9),
      });
    }
  });

  it('tells nothing where it is of another kind, broken, or too large', async () => {
    const folder = temporaryFolder();
    const photo = join(folder, 'a.jpg');
    writeFileSync(`${photo}.json`, '{"photoTakenTime": 5');
    writeFileSync(`${photo}.xmp`, '<broken');
    mkdirSync(join(folder, 'a.xmp'));
    const { takenAt, told } = readFacts(await telling({}), now, await readBeside(photo));
    expect([takenAt, told.stars, told.caption]).toEqual([null, 0, null]);
    writeFileSync(`${photo}.xmp`, packet({ stars: 5 }).padEnd(2 ** 21, ' '));
    expect((await readBeside(photo)).xmp).toEqual([]);
  });
});

describe('A library', () => {
  it('takes stars, tags and captions over from files, finds by them, and leaves what the person said', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'IMG_1.jpg');
    writeFileSync(path, await telling({ xmp: packet({ caption: 'A quiet lake', stars: 4, tags: ['Holiday'] }) }));
    settle(path);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const photoId = photoAt(engine, path);
    expect(engine.methods.getPhoto({ photoId })).toMatchObject({
      tags: ['Holiday'],
      stars: 4,
      told: { caption: 'A quiet lake' },
    });
    expect(engine.library.words.photoIds(['quiet'], [], 10)).toEqual([photoId]);
    expect(engine.library.words.photoIds(['holiday lake'], [], 10)).toEqual([photoId]);
    // The same bytes come again: what was said since stays.
    engine.methods.setStars({ photoIds: [photoId], stars: 2 });
    engine.methods.setTags({ photoIds: [photoId], add: [], remove: ['Holiday'] });
    writeFileSync(
      join(folder, 'copy.jpg'),
      await telling({ xmp: packet({ caption: 'A quiet lake', stars: 4, tags: ['Holiday'] }) }),
    );
    settle(join(folder, 'copy.jpg'));
    await engine.indexOnce([folder]);
    for (const id of photoIdsOf(engine))
      expect(engine.methods.getPhoto({ photoId: id })).toMatchObject({ stars: 2, tags: [] });
  });

  it('asks photos that were read before what they tell, without decoding them', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'IMG_1.jpg');
    writeFileSync(path, await telling({ xmp: packet({ caption: 'A quiet lake', stars: 4 }) }));
    settle(path);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    await engine.close();
    const libraryPath = engine.library.path;
    const db = new Database(cataloguePath(libraryPath));
    db.exec('UPDATE content SET told = NULL, facts = 1; DELETE FROM annotation; DELETE FROM photo_word');
    db.close();
    const again = await openEngine({ libraryPath });
    again.start();
    await until(
      () => again.methods.getPhoto({ photoId: photoAt(again, path) }),
      ({ stars, told }) => stars === 4 && told?.caption === 'A quiet lake',
    );
    expect(again.photosIndexed).toBe(0);
    expect(again.library.words.photoIds(['quiet'], [], 10)).toHaveLength(1);
  });
});
