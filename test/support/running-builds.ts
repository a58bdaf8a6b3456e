import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { type Config, defaultConfig } from '../../src/config.ts';
import { startServer } from '../../src/server.ts';
import type { ConfiguredSubject } from './configured-server.ts';
import { onEachKeptDatabase, type Place } from './databases.ts';
import type { JobKey } from './jobs.ts';
import { pollUntil } from './poll.ts';
import { clientFor } from './server.ts';

/** Builds that run while a test looks at them. */

/** A build spec whose site is the folder `dist`. JSON is YAML, too. */
export function specOf(build: readonly string[], others: object = {}): string {
  return JSON.stringify({
    version: 1,
    frontend: {
      phases: { build: { commands: build } },
      artifacts: { baseDirectory: 'dist', files: ['**/*'] },
    },
    ...others,
  });
}

/** Makes a site of one page. */
export const makePage = (text: string) => `mkdir -p dist; printf %s "${text}" > dist/index.html`;

/** A program that a build is made of. */
export interface Arrived {
  /** The mark of the build's processes. */
  readonly id: string;
  /** The process group of its session. */
  readonly group: number;
}

/** How long a build may take to arrive, in milliseconds; far more than it needs. */
const patience = 60_000;

/** A folder by whose files builds and a test wait for one another, so that no time decides. */
export interface Meeting {
  /** A command: the build says that it is here, and waits until it is let go. */
  readonly wait: string;
  /** A command: the build notes that it was here. */
  readonly note: string;
  hasArrived(key: JobKey): boolean;
  arrival(key: JobKey): Promise<Arrived>;
  letGo(key: JobKey): void;
  /** The branches and jobs that have noted themselves, in their order, such as `main 1`. */
  noted(): string[];
  remove(): void;
}

export function createMeeting(): Meeting {
  const folder = mkdtempSync(join(tmpdir(), 'backline-meeting-'));
  const own = `${folder}/$AWS_APP_ID-$AWS_BRANCH-$((10#$AWS_JOB_ID))`;
  const of = ({ appId, branchName, jobId }: JobKey) => join(folder, `${appId}-${branchName}-${jobId}`);
  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  return {
    wait: [
      `echo "$BACKLINE_BUILD_ID $$" > "${own}.new"; mv "${own}.new" "${own}"`,
      `until [ -e "${own}.go" ]; do sleep 0.05; done`,
    ].join('; '),
    note: `echo "$AWS_BRANCH $((10#$AWS_JOB_ID))" >> "${folder}/notes"`,
    hasArrived: (key) => existsSync(of(key)),
    async arrival(key) {
      const text = await pollUntil(
        async () => read(of(key)),
        (found) => found !== '',
        patience,
      );
      const [id = '', group = ''] = text.trim().split(' ');
      return { id, group: Number(group) };
    },
    letGo: (key) => writeFileSync(`${of(key)}.go`, ''),
    noted: () =>
      read(join(folder, 'notes'))
        .split('\n')
        .filter((line) => line !== ''),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The numbers of the programs that carry a build's mark or are of its group. */
export function programsOf({ id, group }: Arrived): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isOf(pid, `\0BACKLINE_BUILD_ID=${id}`, group));
}

function isOf(pid: number, mark: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, , ownGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return false;
    return Number(ownGroup) === group || `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(mark);
  } catch {
    return false;
  }
}

/** What there is of builds on the disk of a server. */
export function buildFoldersOf({ options: { data = '' } }: Place): string[] {
  const folder = join(data, 'builds');
  return existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('poll-')) : [];
}

export interface BuildSubject extends ConfiguredSubject {
  /** A client of an account of its own, whose builds wait for no others. */
  clientOf(account: string, region?: string): AmplifyClient;
}

/** As `withConfiguredServer`, but nothing is deleted between the tests: they may run at the same time. */
export function withBuildServer(
  name: string,
  config: Partial<Config>,
  suite: (subject: () => BuildSubject) => void,
): void {
  onEachKeptDatabase(name, (createPlace) => {
    let started: Awaited<ReturnType<typeof startOn>>;
    beforeAll(async () => {
      started = await startOn(await createPlace(), config);
    });
    afterAll(() => started.close());
    suite(() => started.subject);
  });
}

/** Starts a server on a place, also beside another. */
export async function startOn(place: Place, config: Partial<Config>) {
  const lines: string[] = [];
  const { endpoint, store, close } = await startServer({
    config: defaultConfig({ ...place.options, port: 0, ...config }),
    log: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
  });
  const clients: AmplifyClient[] = [];
  const clientOf = (account: string, region = 'us-east-1') => {
    const credentials = { accessKeyId: account, secretAccessKey: 'test' };
    const client = clientFor(endpoint, { credentials, region });
    clients.push(client);
    return client;
  };
  const subject: BuildSubject = { endpoint, store, place, lines, clientOf, client: clientOf('test') };
  return {
    subject,
    close: async () => {
      for (const client of clients) client.destroy();
      await close();
    },
  };
}
