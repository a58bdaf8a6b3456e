import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Checkout,
  createCheckout,
  type RecordedLog,
  recordLog,
} from '../../../test/support/checkouts.ts';
import { createTemporaryBlobs, type TemporaryBlobs } from '../../../test/support/temporary-blobs.ts';
import { collectTestArtifacts, type TestArtifactOptions } from './test-artifacts.ts';

let checkout: Checkout;
let store: TemporaryBlobs;
let log: RecordedLog;

beforeEach(async () => {
  checkout = await createCheckout();
  store = await createTemporaryBlobs();
  log = recordLog();
});
afterEach(async () => {
  await checkout.remove();
  await store.remove();
});

function collect(more: Partial<TestArtifactOptions> = {}) {
  return collectTestArtifacts({
    root: checkout.root,
    baseDirectory: 'cypress',
    written: 'cypress',
    files: ['**/*.png'],
    configFilePath: '**/mochawesome.json',
    blobs: store.blobs,
    log,
    signal: new AbortController().signal,
    ...more,
  });
}
const names = async (more: Partial<TestArtifactOptions> = {}) =>
  (await collect(more)).map(({ name }) => name);

test('the files and the configuration file are taken', async () => {
  await checkout.write({
    'cypress/report/mochawesome.json': '{}',
    'cypress/b.png': 'b',
    'cypress/a.mp4': 'a',
  });
  const artifacts = await collect();
  const digest = (name: string) => createHash(name).update('b').digest('hex');
  expect(artifacts).toEqual([
    { name: 'b.png', hash: digest('sha256'), md5: digest('md5'), size: 1, isConfig: false },
    expect.objectContaining({ name: 'report/mochawesome.json', size: 2, isConfig: true }),
  ]);
  expect((await store.blobs.read(artifacts[0]?.hash ?? '')).toString()).toBe('b');
  expect(log.lines).toEqual(['INFO Found 2 test artifacts.']);
});

test('a file that both name is taken once, as configuration', async () => {
  await checkout.write({ 'cypress/mochawesome.json': '{}' });
  expect(await collect({ files: ['**/*'] })).toMatchObject([{ name: 'mochawesome.json', isConfig: true }]);
});

test('without configFilePath no file is configuration', async () => {
  await checkout.write({ 'cypress/mochawesome.json': '{}' });
  expect(await collect({ files: ['**/*'], configFilePath: undefined })).toMatchObject([{ isConfig: false }]);
});

test.each([
  ['missing', 'reports'],
  ['outside of the project', undefined],
  ['outside of it by a link', 'out'],
])('a base directory that is %s is a warning', async (_what, baseDirectory) => {
  await checkout.link({ out: '../outside' });
  expect(await collect({ baseDirectory, written: 'reports' })).toEqual([]);
  expect(log.lines).toEqual(["WARNING The directory of the test artifacts doesn't exist: reports"]);
});

test('what is too much is left out, and the log says so', async () => {
  await checkout.write({ 'cypress/a.png': '12345', 'cypress/b.png': '', 'cypress/c.png': '' });
  expect(await names({ limits: { files: 2, size: 100 } })).toHaveLength(2);
  expect(log.lines[0]).toBe('WARNING There are too many test artifacts: 2 of them are kept.');
  expect(await names({ limits: { files: 10, size: 4 } })).not.toContain('a.png');
  expect(log.lines.at(-2)).toMatch(/^WARNING The test artifacts are larger than 4 bytes/);
});

test('a pattern that cannot be read is a warning', async () => {
  await checkout.write({ 'cypress/a.png': '' });
  expect(await names({ configFilePath: '!(a)' })).toEqual(['a.png']);
  expect(log.lines[0]).toMatch(/^WARNING Test artifacts are left out\. The pattern "!\(a\)"/);
});

test('hostile files are left out', async () => {
  await checkout.write({ 'cypress/a.png': '', 'cypress/b\n.png': '' });
  await checkout.link({ 'cypress/c.png': '/etc/passwd' });
  checkout.makeFifo('cypress/d.png');
  expect(await names()).toEqual(['a.png']);
  expect(log.lines.filter((line) => line.startsWith('WARNING'))).toHaveLength(3);
});
