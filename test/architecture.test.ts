import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

interface Rule {
  /** Rooms, root files and single files of a room that it may import, beside itself. */
  readonly rooms: readonly string[];
  /** Rooms of which it may import types, and nothing else. */
  readonly types?: readonly string[];
  /** Modules of Node and packages. */
  readonly modules: readonly string[];
}

const everything = [
  ...['contract', 'domain', 'protocol', 'auth', 'store', 'blobs', 'work', 'api', 'builds', 'hosting', 'http'],
  ...['telemetry', 'commands', 'settings', 'config.ts', 'startup.ts', 'building.ts', 'deployments.ts'],
  'server.ts',
  'index.ts',
];

/** Who may import whom: the table of ARCHITECTURE.md. A room is a folder of src, or a file at its root. */
const table: Readonly<Record<string, Rule>> = {
  contract: { rooms: [], modules: [] },
  domain: { rooms: [], types: ['contract'], modules: [] },
  protocol: { rooms: ['contract'], modules: [] },
  auth: {
    rooms: ['protocol/gateway-error.ts'],
    modules: ['node:crypto', 'node:fs', 'node:os', 'node:path'],
  },
  store: {
    rooms: ['domain'],
    modules: [
      ...['node:crypto', 'node:fs', 'node:os', 'node:path', 'node:sqlite', 'node:util'],
      ...['kysely', 'kysely/migration', 'pg'],
    ],
  },
  blobs: {
    rooms: ['domain'],
    modules: ['node:crypto', 'node:fs', 'node:fs/promises', 'node:path', 'node:stream'],
  },
  work: { rooms: ['domain', 'store'], modules: ['node:dns/promises', 'node:timers/promises'] },
  api: { rooms: ['contract', 'domain', 'store', 'blobs', 'work'], modules: ['node:crypto'] },
  builds: {
    rooms: ['domain', 'store', 'blobs', 'work'],
    modules: [
      ...[
        'node:buffer',
        'node:child_process',
        'node:crypto',
        'node:dns',
        'node:fs',
        'node:fs/promises',
        'node:http',
        'node:https',
      ],
      ...[
        'node:net',
        'node:os',
        'node:path',
        'node:stream',
        'node:stream/promises',
        'node:util',
        'node:zlib',
      ],
      ...['@aws-sdk/client-s3', 'mrmime', 'yaml', 'yauzl', 'yazl'],
    ],
  },
  hosting: {
    rooms: ['domain', 'store', 'blobs'],
    modules: [
      ...[
        'node:crypto',
        'node:fs',
        'node:fs/promises',
        'node:http',
        'node:https',
        'node:net',
        'node:path',
        'node:readline',
      ],
      ...['node:stream', 'node:stream/promises', 'node:vm', 'httpxy', 'lru-cache'],
    ],
  },
  http: {
    rooms: ['protocol', 'auth', 'api', 'domain/file-refused.ts', 'domain/links.ts', 'hosting', 'telemetry'],
    modules: [...['node:crypto', 'node:http', 'node:net', 'node:stream', 'node:stream/promises'], 'fastify'],
  },
  telemetry: { rooms: [], modules: ['pino', 'pino-pretty'] },
  commands: {
    rooms: [
      ...[
        'auth',
        'blobs',
        'building.ts',
        'builds',
        'config.ts',
        'domain',
        'hosting',
        'settings',
        'store',
        'startup.ts',
      ],
      'telemetry',
    ],
    modules: ['node:crypto', 'node:path'],
  },
  settings: { rooms: [], modules: [] },
  'config.ts': { rooms: ['settings'], modules: ['node:util'] },
  'startup.ts': {
    rooms: ['auth', 'config.ts', 'domain', 'store'],
    modules: ['node:crypto', 'node:fs', 'node:net', 'node:path'],
  },
  'building.ts': {
    rooms: ['builds', 'config.ts', 'domain', 'startup.ts'],
    modules: ['node:fs/promises', 'node:path'],
  },
  'deployments.ts': {
    rooms: everything,
    modules: ['node:crypto', 'node:fs/promises', 'node:http', 'node:os', 'node:path', 'node:stream'],
  },
  'server.ts': { rooms: everything, modules: ['node:crypto', 'fastify'] },
  'main.ts': { rooms: [...everything, '../package.json'], modules: ['node:module'] },
  'index.ts': { rooms: everything, modules: [] },
};

/** What the rules of the domain are free of: waiting, clocks and chance. */
const impure = /\b(?:async|await|Promise|Date\.now|performance|Math\.random|setTimeout)\b|\bnew Date\(\)/;

const source = fileURLToPath(new URL('../src', import.meta.url));
const paths = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'));
const texts = new Map(paths.map((path) => [path, readFileSync(posix.join(source, path), 'utf8')]));
const files = new Map([...texts].filter(([path]) => !path.endsWith('.test.ts')));

describe('the source', () => {
  test('is found', () => {
    expect(files.size).toBeGreaterThan(80);
    expect(files.has('server.ts')).toBe(true);
  });

  test('keeps to the table of imports', () => {
    expect([...files].flatMap(([path, text]) => violations(path, text))).toEqual([]);
  });

  test('has no cycle of imports', () => {
    expect(cycles(files)).toEqual([]);
  });

  test('has no file of more than 300 lines', () => {
    expect([...texts].filter(([, text]) => lineCount(text) > 300).map(([path]) => path)).toEqual([]);
  });

  test('has no operation of 60 lines or more', () => {
    const operations = [...files].filter(([path]) => /^api\/[^/]+\/[^/]+$/.test(path));
    expect(operations.length).toBeGreaterThan(12);
    expect(operations.filter(([, text]) => lineCount(text) >= 60).map(([path]) => path)).toEqual([]);
  });
});

describe('the check', () => {
  test.each([
    ['a room that the table does not name', 'protocol/match.ts', "import { a } from '../store/open.ts';"],
    ['a type of such a room', 'protocol/match.ts', "import type { A } from '../domain/app.ts';"],
    ['a re-export of such a room', 'store/apps.ts', "export { a } from '../api/paging.ts';"],
    ['a dynamic import', 'http/listener.ts', "const a = await import('../store/open.ts');"],
    ['a type imported within an expression', 'auth/sigv4.ts', "let a: import('../http/exchange.ts').A;"],
    ['an import that spans lines', 'api/paging.ts', "import {\n  a,\n  b,\n} from '../http/routes.ts';"],
    ['an import for its effect', 'domain/app.ts', "import '../store/open.ts';"],
    [
      'another file of a room of which one is allowed',
      'auth/a.ts',
      "import { a } from '../protocol/match.ts';",
    ],
    [
      'a value of a room of which only types are allowed',
      'domain/a.ts',
      "import { a } from '../contract/a.ts';",
    ],
    ['a value beside a type', 'domain/a.ts', "import { type A, b } from '../contract/a.ts';"],
    ['a module of Node', 'api/apps/get-app.ts', "import { readFileSync } from 'node:fs';"],
    ['a package', 'api/operation.ts', "import { fastify } from 'fastify';"],
    ['a file outside src', 'server.ts', "import { a } from './support/clock.ts';"],
    ['a room that nobody has described', 'cellar/a.ts', 'export const a = 1;'],
    ['process outside main.ts', 'server.ts', 'const port = process.env.PORT;'],
    ['waiting in the domain', 'domain/a.ts', 'export async function a() {}'],
    ['the clock in the domain', 'domain/a.ts', 'const at = Date.now();'],
    ['the date of today in the domain', 'domain/a.ts', 'const at = new Date();'],
  ])('finds %s', (_what, path, text) => {
    expect(violations(path, text)).toHaveLength(1);
  });

  test.each([
    [
      'what the table allows',
      'http/a.ts',
      "import { a } from '../protocol/match.ts';\nimport b from 'fastify';",
    ],
    ['a neighbour in a subfolder', 'api/apps/get-app.ts', "import { a } from '../tags/taggable.ts';"],
    ['types for the domain', 'domain/a.ts', "import type { A } from '../contract/index.ts';"],
    ['process in main.ts', 'main.ts', 'const { argv } = process;'],
    ['process in a text', 'server.ts', "const a = 'set up process.env';"],
    ['process in a comment', 'server.ts', '/** Runs in one process. */\n// a process\nexport const a = 1;'],
    ['a given date in the domain', 'domain/a.ts', 'const day = new Date(at).toISOString();'],
  ])('lets %s pass', (_what, path, text) => {
    expect(violations(path, text)).toEqual([]);
  });

  test('finds a cycle through three files, once', () => {
    const round = new Map([
      ['a.ts', "import { b } from './b/b.ts';"],
      ['b/b.ts', "import { c } from '../c.ts';"],
      ['c.ts', "import type { A } from './a.ts';\nimport './d.ts';"],
      ['d.ts', ''],
    ]);
    expect(cycles(round)).toEqual(['a.ts → b/b.ts → c.ts → a.ts']);
  });
});

interface Import {
  readonly target: string;
  readonly isType: boolean;
}

function importsOf(text: string): Import[] {
  const statements = text.matchAll(/^(?:import|export)\b(\s+type\b)?[^;'"]*?\bfrom\s*['"]([^'"]+)['"]/gm);
  const others = text.matchAll(/^import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm);
  return [
    ...[...statements].map(([, type, target = '']) => ({ target, isType: type !== undefined })),
    ...[...others].map(([, effect, target]) => ({ target: effect ?? target ?? '', isType: false })),
  ];
}

function violations(path: string, text: string): string[] {
  const code = withoutComments(text);
  const room = path.includes('/') ? path.slice(0, path.indexOf('/')) : path;
  const rule = table[room];
  if (!rule) return [`${path}: the table has no room ${room}`];
  const found = importsOf(code)
    .filter((one) => !isAllowed(room, path, rule, one))
    .map(({ target }) => `${path}: imports ${target}`);
  if (room !== 'main.ts' && /\bprocess\b/.test(withoutStrings(code))) found.push(`${path}: mentions process`);
  if (room === 'domain' && impure.test(code)) found.push(`${path}: waits, or reads a clock or chance`);
  return found;
}

function isAllowed(room: string, path: string, rule: Rule, { target, isType }: Import): boolean {
  if (!target.startsWith('.')) return rule.modules.includes(target);
  const file = posix.join(posix.dirname(path), target);
  const isIn = (place: string) => file === place || file.startsWith(`${place}/`);
  return isIn(room) || rule.rooms.some(isIn) || (isType && (rule.types ?? []).some(isIn));
}

/** Texts may speak of a process; a module of that name is for the table. */
function withoutStrings(code: string): string {
  return code.replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
}

/** Comments fill their lines in this project: a line that begins as one is left out. */
function withoutComments(text: string): string {
  const lines = text.split('\n');
  return lines.filter((line) => !/^\s*(?:\/\/|\/\*|\*)/.test(line)).join('\n');
}

/** Each cycle from its first file in the alphabet on. */
function cycles(graph: ReadonlyMap<string, string>): string[] {
  const found = new Set<string>();
  const finished = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const round = trail.slice(start);
      const first = round.indexOf([...round].sort()[0] ?? '');
      const ordered = [...round.slice(first), ...round.slice(0, first)];
      found.add([...ordered, ordered[0]].join(' → '));
      return;
    }
    if (finished.has(path)) return;
    for (const { target } of importsOf(withoutComments(graph.get(path) ?? ''))) {
      const next = posix.join(posix.dirname(path), target);
      if (target.startsWith('.') && graph.has(next)) visit(next, [...trail, path]);
    }
    finished.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return [...found];
}

function lineCount(text: string): number {
  return text.trimEnd().split('\n').length;
}
