import { expect, test } from 'vitest';
import { createSignedUrls } from './signed-urls.ts';

const now = 1_800_000_000_000;
const signed = createSignedUrls(Buffer.alloc(32, 1).toString('base64url'));
const path = '/_backline/files/uploads/a/archive.zip';

function check(method: 'GET' | 'PUT', url: string, at = now, by = signed) {
  const [given = '', query = ''] = url.split('?');
  return by.check(method, given, new URLSearchParams(query), at);
}

test('an address is valid for its method until it expires', () => {
  const url = signed.sign('PUT', path, now + 1000);
  expect(check('PUT', url)).toBe('valid');
  expect(check('PUT', url, now + 999)).toBe('valid');
  expect(check('PUT', url, now + 1000)).toBe('expired');
  expect(check('GET', url)).toBe('wrong');
});

test('whatever is changed, it is wrong', () => {
  const url = signed.sign('GET', path, now + 1000);
  const signature = new URLSearchParams(url.split('?')[1]).get('Signature') ?? '';
  const changed = [
    url.replace('/a/', '/b/'),
    url.replace('Expires=1', 'Expires=2'),
    url.replace('Expires', 'expires'),
    url.replace(signature, ''),
    url.replace(signature, signature.slice(0, -2)),
    url.replace(signature, `${signature}AA`),
    url.replace(signature, 'ü'),
    path,
    `${path}?`,
    url.replace(signature, `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`),
  ];
  for (const other of changed) expect([other, check('GET', other)]).toEqual([other, 'wrong']);
});

test('the signatures of another secret are wrong', () => {
  const other = createSignedUrls(Buffer.alloc(32, 2).toString('base64url'));
  expect(check('GET', other.sign('GET', path, now + 1000))).toBe('wrong');
  expect(check('GET', other.sign('GET', path, now + 1000), now, other)).toBe('valid');
});
