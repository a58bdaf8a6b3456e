import { basename } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { AmplifyClient, CreateAppCommandInput, StartJobCommandInput } from '@aws-sdk/client-amplify';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, onTestFinished } from 'vitest';
import { type Config, defaultConfig } from '../../src/config.ts';
import { startServer } from '../../src/server.ts';
import { deleteAllResources } from '../../src/store/reset.ts';
import { type BranchKey, createSite, type JobKey, type KnownJob, logOf, waitForJob } from './jobs.ts';
import { createRepository, type TestRepository } from './repositories.ts';
import { clientFor, type Subject } from './server.ts';
import { startBuild } from './start-build.ts';
import { filesIn } from './zip.ts';

/** Runs a suite on one server that keeps everything in memory: for builds to which the database does not matter. */
export function withBuildServer(
  name: string,
  config: () => Promise<Partial<Config>>,
  suite: (subject: () => Subject) => void,
): void {
  describe(name, () => {
    let subject: Subject;
    let reset: () => Promise<void>;
    let close: () => Promise<void>;
    beforeAll(async () => {
      const server = await startServer({
        config: defaultConfig({ ephemeral: true, port: 0, ...(await config()) }),
        log: pino({ enabled: false }),
      });
      const { endpoint, store } = server;
      const client = clientFor(endpoint);
      subject = { endpoint, client };
      reset = () => deleteAllResources(store);
      close = async () => {
        client.destroy();
        await server.close();
      };
    });
    afterEach(() => reset());
    afterAll(() => close());
    suite(() => subject);
  });
}

export type RepositoryFiles = Readonly<Record<string, string | null>>;

export interface ConnectedSite {
  readonly branch: BranchKey;
  readonly repository: TestRepository;
  /** The name of the folder that it is checked out to. */
  readonly checkout: string;
}

/** An app whose branch has one commit in a repository of its own, which is removed with the test. */
export async function connectSite(
  client: AmplifyClient,
  files: RepositoryFiles,
  app: Partial<CreateAppCommandInput> = {},
  branchName = 'main',
): Promise<ConnectedSite> {
  const repository = await createRepository();
  onTestFinished(() => repository.remove());
  await repository.commit(branchName, files);
  const branch = await createSite(client, { repository: repository.url, ...app }, branchName);
  return { branch, repository, checkout: basename(repository.folder) };
}

/**
 * A build spec whose commands run in its phase `build`, and whose site is what they leave in the folder `dist`.
 * @param more other keys of the spec; those of `frontend` are added to it
 */
export function specOf(
  commands: readonly string[],
  { frontend, ...more }: Readonly<Record<string, unknown>> = {},
): string {
  const usual = { phases: { build: { commands } }, artifacts: { baseDirectory: 'dist', files: ['**/*'] } };
  // JSON is YAML.
  return JSON.stringify({ version: 1, frontend: { ...usual, ...(frontend as object) }, ...more });
}

/** A command that leaves a site of one page. */
export const page = (content = 'page') => `mkdir -p dist && echo '${content}' > dist/index.html`;

export interface EndedBuild extends KnownJob, JobKey {
  /** What its log says, each line as `LEVEL text`; of an entry of several lines each one. */
  readonly lines: readonly string[];
}

/** StartJob of a branch. @returns the build when it has ended, however that is */
export async function build(
  client: AmplifyClient,
  branch: BranchKey,
  input: Partial<StartJobCommandInput> = {},
): Promise<EndedBuild> {
  const { jobId = '' } = await startBuild(client, branch, input);
  const { appId, branchName } = branch;
  return readBuild(client, { appId, branchName, jobId });
}

/** Waits for the end of a build, however that is. */
export async function readBuild(client: AmplifyClient, key: JobKey): Promise<EndedBuild> {
  const job = await waitForJob(client, key);
  return { ...key, ...job, lines: linesOf(await logOf(client, key, 'BUILD')) };
}

/** As `build`, for one that must succeed. */
export async function publish(
  client: AmplifyClient,
  branch: BranchKey,
  input: Partial<StartJobCommandInput> = {},
): Promise<EndedBuild> {
  const ended = await build(client, branch, input);
  const { status } = ended.summary;
  if (status !== 'SUCCEED') throw new Error(`The build ended as ${status}:\n${ended.lines.join('\n')}`);
  return ended;
}

/** The lines of a log as `LEVEL text`; those after the first of an entry have its level. */
export function linesOf(log: string): string[] {
  let level = '';
  return log
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const head = /^\S+Z \[([A-Z]+)\]: /.exec(line);
      level = head?.[1] ?? level;
      return `${level} ${line.slice(head?.[0].length ?? continuation.length)}`;
    });
}

/** What lines after the first of an entry begin with. */
export const continuation = ' '.repeat(33);

/** What a command wrote, as lines of the log. */
export function outputOf({ lines }: Pick<EndedBuild, 'lines'>, command: string): string[] {
  const start = lines.indexOf(`INFO # Executing command: ${command}`);
  if (start < 0) throw new Error(`The command did not run: ${command}\n${lines.join('\n')}`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^(?:INFO #|ERROR !!!)/.test(line));
  return end < 0 ? rest : rest.slice(0, end);
}

/** The steps of a job in short: `BUILD SUCCEED`. */
export function stepsOf({ steps }: KnownJob): string[] {
  return steps.map(({ stepName, status }) => `${stepName} ${status}`);
}

/** The files of a ZIP archive that lies at an address. */
export async function filesAt(url: string): Promise<Record<string, string>> {
  const answer = await fetch(url);
  if (answer.status !== 200) throw new Error(`The archive is answered with ${answer.status}.`);
  return filesIn(await buffer(answer.body as never));
}
