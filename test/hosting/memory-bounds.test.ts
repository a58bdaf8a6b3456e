import { describe, expect, test } from 'vitest';
import { createBodies } from '../../src/hosting/files/bodies.ts';
import { createFailedAttempts } from '../../src/hosting/sign-in/failed-attempts.ts';

describe('bodies in memory', () => {
  test('are no more than 32 MB, those of late', async () => {
    const reads: string[] = [];
    const bodies = createBodies({
      read: async (hash) => {
        reads.push(hash);
        return Buffer.alloc(256 * 1024 - 512);
      },
    });
    for (let index = 0; index < 200; index++) await bodies.read(`body ${index}`);
    const kept = Array.from({ length: 200 }, (_, index) => bodies.get(`body ${index}`)).filter(Boolean);
    expect(kept).toHaveLength(128);
    expect(bodies.get('body 199')).toBeDefined();
    expect(bodies.get('body 0')).toBeUndefined();
    expect(reads).toHaveLength(200);
    expect([bodies.isSmall(256 * 1024), bodies.isSmall(256 * 1024 + 1)]).toEqual([true, false]);
  });

  test('that cannot be read are tried again', async () => {
    let failures = 0;
    const bodies = createBodies({
      read: async () => {
        failures += 1;
        if (failures === 1) throw new Error('gone');
        return Buffer.from('back');
      },
    });
    await expect(bodies.read('a')).rejects.toThrow('gone');
    expect((await bodies.read('a')).toString()).toBe('back');
  });
});

describe('failed attempts', () => {
  const fail = (attempts: ReturnType<typeof createFailedAttempts>, address: string) => {
    for (let count = 0; count < 10; count++) attempts.note('site', address);
  };

  test('are remembered of ten thousand addresses', () => {
    const attempts = createFailedAttempts(() => 0);
    fail(attempts, '192.0.2.1');
    expect(attempts.wait('site', '192.0.2.1')).toBe(60);
    for (let index = 0; index < 10_000; index++) attempts.note('site', `10.0.${index >> 8}.${index & 255}`);
    expect(attempts.wait('site', '192.0.2.1')).toBe(0);
  });

  test.each([
    ['2001:db8::1', '2001:db8::ffff:1', 60],
    ['2001:db8:0:0:1::1', '2001:db8::1', 60],
    ['2001:db8:1::1', '2001:db8:2::1', 0],
    ['::1', '::2', 60],
    ['192.0.2.1', '192.0.2.2', 0],
  ])('by %s make %s wait %i seconds: IPv6 is counted by its network', (failed, other, wait) => {
    const attempts = createFailedAttempts(() => 0);
    fail(attempts, failed);
    expect(attempts.wait('site', other)).toBe(wait);
  });
});
