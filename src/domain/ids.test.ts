import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appIdFrom, uuidFrom } from './ids.ts';

const bytes = (length: number, byte: (index: number) => number) =>
  Uint8Array.from({ length }, (_, index) => byte(index));

describe('A UUID of version 4', () => {
  // RFC 9562: the version stands in the upper half of octet 6, the variant in the upper bits of octet 8.
  test.each([
    ['zeros', () => 0, '00000000-0000-4000-8000-000000000000'],
    ['ones', () => 255, 'ffffffff-ffff-4fff-bfff-ffffffffffff'],
    ['a row', (index: number) => index, '00010203-0405-4607-8809-0a0b0c0d0e0f'],
  ])('from %s', (_, byte, uuid) => {
    expect(uuidFrom(bytes(16, byte))).toBe(uuid);
  });

  test('has its form whatever the bytes are, and keeps the 122 that are free', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (random) => {
        const uuid = uuidFrom(random);
        expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        const kept = Uint8Array.from(Buffer.from(uuid.replaceAll('-', ''), 'hex'));
        const free = bytes(16, (index) => (index === 6 ? 0x0f : index === 8 ? 0x3f : 0xff));
        expect(kept.map((byte, index) => byte & (free[index] ?? 0))).toEqual(
          random.map((byte, index) => byte & (free[index] ?? 0)),
        );
      }),
    );
  });

  test('leaves the bytes that it was given as they are', () => {
    const random = bytes(16, () => 255);
    uuidFrom(random);
    expect(random).toEqual(bytes(16, () => 255));
  });
});

describe('The id of an app', () => {
  // The lengths were seen on AWS: 13 and 14 with the `d`.
  test('has 13 or 14 characters, as the first byte says', () => {
    expect(appIdFrom(bytes(14, () => 0))).toBe('daaaaaaaaaaaa');
    expect(appIdFrom(bytes(14, (index) => (index === 0 ? 1 : 35)))).toBe('d9999999999999');
    expect(appIdFrom(bytes(14, (index) => (index === 0 ? 0 : index - 1)))).toBe('dabcdefghijkl');
  });

  test('has the published form whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 14, maxLength: 14 }), (random) => {
        expect(appIdFrom(random)).toMatch(/^d[a-z0-9]{12,13}$/);
      }),
    );
  });
});
