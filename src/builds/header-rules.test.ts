import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTemporaryBlobs, type TemporaryBlobs } from '../../test/support/temporary-blobs.ts';
import type { SiteFile } from '../domain/site-tree.ts';
import { headerFileOf, readHeaders } from './header-rules.ts';

let folder: TemporaryBlobs;
beforeEach(async () => {
  folder = await createTemporaryBlobs();
});
afterEach(() => folder.remove());

interface Said {
  readonly app?: string;
  readonly spec?: unknown;
  readonly appRoot?: string;
}

async function read(file: string | undefined, { app, spec, appRoot }: Said = {}) {
  const lines: string[] = [];
  const log = {
    info: (text: string) => lines.push(text),
    warning: (text: string) => lines.push(`[WARNING] ${text}`),
    error: (text: string) => lines.push(`[ERROR] ${text}`),
    flush: async () => {},
  };
  const tree = new Map<string, SiteFile>();
  if (file !== undefined) {
    const info = await folder.blobs.put(Readable.from([Buffer.from(file)]));
    tree.set('customHttp.yml', { ...info, type: 'text/yaml' });
  }
  const rules = await readHeaders({
    file: headerFileOf(folder.blobs, tree),
    customHeaders: app,
    specHeaders: spec,
    appRoot,
    log,
  });
  return { rules, lines };
}

const one = (value: string) =>
  `customHeaders:\n  - pattern: '**'\n    headers: [{ key: x-a, value: '${value}' }]\n`;
const applied = ['# Found custom headers config file.', 'Found customHttp.yml, applying custom headers...'];
const rule = (value: string) => ({ pattern: '**', headers: [{ key: 'x-a', value }] });

// Seen on AWS, in the logs of builds.
test('without any there are none, and the log says so', async () => {
  expect(await read(undefined)).toEqual({ rules: [], lines: ['# No custom headers found.'] });
});

// AWS documentation: "Setting custom headers".
test('those of the deployment come in place of those of the app', async () => {
  expect((await read(undefined, { app: one('app') })).rules).toEqual([rule('app')]);
  expect(await read(one('file'), { app: one('app') })).toEqual({ rules: [rule('file')], lines: applied });
});

test('a file without any takes those of the app and of the build spec away', async () => {
  for (const empty of ['', '# nothing\n', 'customHeaders: []\n']) {
    expect(await read(empty, { app: one('app'), spec: [rule('spec')] })).toEqual({
      rules: [],
      lines: applied,
    });
  }
});

// AWS documentation: deprecated there.
test('those of the build spec count where neither the deployment nor the app says any', async () => {
  const spec = [rule('spec')];
  expect((await read(undefined, { spec })).rules).toEqual(spec);
  expect((await read(undefined, { app: '', spec })).rules).toEqual(spec);
  expect((await read(undefined, { app: one('app'), spec })).rules).toEqual([rule('app')]);
  expect((await read(one('file'), { spec })).rules).toEqual([rule('file')]);
});

test.each([['text'], [{ pattern: '**' }], [null], [7]])(
  'a build spec that says %j says no list',
  async (spec) => {
    expect(await read(undefined, { spec })).toEqual({
      rules: [],
      lines: [
        '# Found custom headers config file.',
        '[WARNING] !!Invalid custom header config file. The `customHeaders` key should be an array',
      ],
    });
  },
);

test('of a monorepo the application counts that is deployed', async () => {
  const text = `applications:\n  - appRoot: a\n    ${one('of a').replaceAll('\n', '\n    ')}\n`;
  expect((await read(text, { appRoot: 'a' })).rules).toEqual([rule('of a')]);
  expect((await read(text, { appRoot: 'b' })).rules).toEqual([]);
});

test.each([
  [
    'no list',
    'customHeaders: yes',
    '!!Invalid custom header config file. The `customHeaders` key should be an array',
  ],
  ['no YAML', 'customHeaders: [', '!!Invalid custom header config file. '],
  [
    'too much of it',
    `# ${'a'.repeat(70_000)}`,
    '!!Invalid custom header config file. It is larger than 65536 bytes',
  ],
  [
    'aliases that would become very much',
    `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\ncustomHeaders: [*c,*c,*c]`,
    '!!Invalid custom header config file. ',
  ],
])('%s is a warning, and the deployment goes on without', async (_what, text, warning) => {
  const { rules, lines } = await read(text);
  expect(rules).toEqual([]);
  expect(lines.at(-1)).toContain(`[WARNING] ${warning}`);
});

test('very many keys are read in little time, and very many patterns are cut off', async () => {
  const keys = Array.from({ length: 7000 }, (_, number) => `k${number}: 1\n`).join('');
  const patterns = Array.from({ length: 1100 }, () => "  - {pattern: 'a', headers: []}\n").join('');
  const startedAt = performance.now();
  expect((await read(keys)).rules).toEqual([]);
  const { rules, lines } = await read(`customHeaders:\n${patterns}`);
  expect(rules).toHaveLength(1000);
  expect(lines).toContain(
    '[WARNING] Every pattern after the first 1000 is left out: HTTP does not allow it here.',
  );
  // It took minutes when keys were compared with each other.
  expect(performance.now() - startedAt).toBeLessThan(20_000);
});
