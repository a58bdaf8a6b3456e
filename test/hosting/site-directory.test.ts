import { describe, expect, test } from 'vitest';
import { defaultHostingRules } from '../../src/domain/hosting-rules.ts';
import type { SiteAddress } from '../../src/domain/site.ts';
import type { SiteFile } from '../../src/domain/site-tree.ts';
import { createSiteDirectory, type ReadyAddress } from '../../src/hosting/site-directory.ts';

const tree = new Map<string, SiteFile>();

function record(changes: object = {}): SiteAddress {
  return {
    kind: 'site',
    site: {
      ...{
        account: '123456789012',
        region: 'us-east-1',
        appId: 'd1',
        branchName: 'main',
        displayName: 'main',
      },
      ...{ customRules: [], appCredentials: undefined, branchCredentials: undefined },
      deployment: { jobId: 1, tree: 'hash', headers: '[]' },
      ...changes,
    },
  };
}

/** A directory whose finds end when the test says so. */
function start() {
  const state = { version: 1, reads: 0 };
  const finds: { host: string; end(address: SiteAddress): void; fail(error: Error): void }[] = [];
  const directory = createSiteDirectory({
    hostingRules: defaultHostingRules,
    compileRegex: () => () => true,
    version: () => state.version,
    trees: {
      get: () => undefined,
      read: async () => {
        state.reads += 1;
        return tree;
      },
    },
    find: (host) =>
      new Promise((resolve, reject) => {
        finds.push({ host, end: resolve, fail: reject });
      }),
  });
  return { state, finds, directory };
}

const siteOf = (address: ReadyAddress) => (address.kind === 'site' ? address.site : undefined);

describe('the directory of sites', () => {
  test('finds a name once, for all who ask at the same time, and then has it at once', async () => {
    const { finds, directory } = start();
    const asked = [directory.lookUp('a'), directory.lookUp('a')];
    expect(finds).toHaveLength(1);
    finds[0]?.end(record());
    const [first, second] = await Promise.all(asked);
    expect(second).toBe(first);
    expect(directory.lookUp('a')).toBe(first);
    expect(finds).toHaveLength(1);
  });

  test('finds it again after a commit, and keeps what has not changed', async () => {
    const { state, finds, directory } = start();
    const before = directory.lookUp('a');
    finds[0]?.end(record());
    const first = await before;
    state.version = 2;
    const again = directory.lookUp('a');
    expect(again).toBeInstanceOf(Promise);
    finds[1]?.end(record());
    expect(siteOf(await again)).toBe(siteOf(first));
    expect(directory.lookUp('a')).toBe(first);
  });

  test('makes anew only what has changed', async () => {
    const { state, finds, directory } = start();
    const before = directory.lookUp('a');
    finds[0]?.end(record());
    const first = siteOf(await before);
    state.version = 2;
    const next = directory.lookUp('a');
    finds[1]?.end(record({ deployment: { jobId: 2, tree: 'other', headers: '[]' }, appCredentials: 'YTpi' }));
    const second = siteOf(await next);
    expect(second?.id).not.toBe(first?.id);
    expect(second?.rules).toBe(first?.rules);
    expect(second?.headersFor).toBe(first?.headersFor);
    expect(second?.credentials).toBeDefined();
    state.version = 3;
    const last = directory.lookUp('a');
    finds[2]?.end(record({ customRules: [{ source: '/a', target: '/b' }] }));
    expect(siteOf(await last)?.rules).toHaveLength(1);
  });

  test('does not hand what was found before a commit to those who ask after it', async () => {
    const { state, finds, directory } = start();
    const before = directory.lookUp('a');
    state.version = 2;
    const after = directory.lookUp('a');
    expect(finds).toHaveLength(2);
    // The later find ends first, and the earlier must not put its old knowledge over it.
    finds[1]?.end(record({ branchName: 'new' }));
    expect(siteOf(await after)?.record.branchName).toBe('new');
    finds[0]?.end(record({ branchName: 'old' }));
    expect(siteOf(await before)?.record.branchName).toBe('old');
    expect(siteOf(await directory.lookUp('a'))?.record.branchName).toBe('new');
    expect(finds).toHaveLength(2);
  });

  test('does not keep what was found while something was committed', async () => {
    const { state, finds, directory } = start();
    const before = directory.lookUp('a');
    state.version = 2;
    finds[0]?.end(record({ branchName: 'old' }));
    await before;
    const after = directory.lookUp('a');
    expect(finds).toHaveLength(2);
    finds[1]?.end({ kind: 'foreign' });
    expect(await after).toEqual({ kind: 'foreign' });
  });

  test('tries again after a failure', async () => {
    const { finds, directory } = start();
    const failing = directory.lookUp('a');
    finds[0]?.fail(new Error('no database'));
    await expect(failing).rejects.toThrow('no database');
    const again = directory.lookUp('a');
    finds[1]?.end({ kind: 'nothing', reason: 'none' });
    expect(await again).toEqual({ kind: 'nothing', reason: 'none' });
  });

  test('reads no tree where nothing was deployed', async () => {
    const { state, finds, directory } = start();
    const asked = directory.lookUp('a');
    finds[0]?.end(record({ deployment: undefined }));
    expect(siteOf(await asked)?.tree.size).toBe(0);
    expect(state.reads).toBe(0);
  });
});
