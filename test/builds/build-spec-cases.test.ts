import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { updateBranch } from '../support/branches.ts';
import {
  build,
  connectSite,
  outputOf,
  page,
  publish,
  specOf,
  stepsOf,
  withBuildServer,
} from '../support/builds.ts';
import { visit } from '../support/visits.ts';

/** The cases of the build spec that AWS documents, or that were seen there, through the whole of a build. */
withBuildServer(
  'A build spec',
  async () => ({}),
  (subject) => {
    /** Builds a commit with this spec. */
    const buildWith = async (spec: string, files = {}, environmentVariables = {}) => {
      const { client } = subject();
      const site = await connectSite(client, { 'amplify.yml': spec, ...files }, { environmentVariables });
      return { ...site, job: await build(client, site.branch) };
    };
    const reasonsOf = ({ steps }: { steps: readonly { statusReason?: string | undefined }[] }) =>
      steps.map(({ statusReason }) => statusReason);
    const errorsIn = ({ lines }: { lines: readonly string[] }) =>
      lines.filter((line) => line.startsWith('ERROR '));

    test('has one session for all its commands: folder and variables stay (G1)', async () => {
      const spec = `version: 1
frontend:
  phases:
    preBuild: { commands: ['cd app; export X=1'] }
    build:
      commands:
        - echo $X; pwd
        - mkdir ../dist && echo page > ../dist/index.html
  artifacts: { baseDirectory: dist, files: ['**/*'] }
`;
      const { job, checkout, branch } = await buildWith(spec, { 'app/x': '' });
      expect(job.summary.status).toBe('SUCCEED');
      expect(stepsOf(job)).toEqual(['BUILD SUCCEED', 'DEPLOY SUCCEED', 'VERIFY SUCCEED']);
      const [x, folder = '', ...others] = outputOf(job, 'echo $X; pwd');
      expect([x, others]).toEqual(['INFO 1', []]);
      expect(folder.endsWith(`/src/${checkout}/app`)).toBe(true);
      expect((await visit(subject().endpoint, branch)).body).toBe('page\n');
    });

    test.each(['exit 3', 'sh -c "exit 3"'])(
      'ends with its first command that fails: %s (G2)',
      async (command) => {
        const { job } = await buildWith(
          specOf([], {
            frontend: {
              phases: { build: { commands: [command, 'echo after'] }, postBuild: { commands: ['echo hi'] } },
            },
          }),
        );
        expect(job.summary.status).toBe('FAILED');
        expect(stepsOf(job)).toEqual(['BUILD FAILED']);
        expect(reasonsOf(job)).toEqual([`Non-Zero Exit Code detected: 3 by the command: ${command}`]);
        expect(job.lines.slice(job.lines.indexOf(`INFO # Executing command: ${command}`) + 1)).toEqual([
          'ERROR !!! Build failed',
          'ERROR !!! Non-Zero Exit Code detected',
          'INFO # Starting environment caching...',
          'INFO # Environment caching completed',
          'INFO Terminating logging...',
        ]);
      },
    );

    test.each([
      ['build', 'that was never made (G3)'],
      ['../outside', 'outside of the repository'],
    ])('fails with the artifact directory %s, %s', async (baseDirectory) => {
      const { job } = await buildWith(
        specOf(['mkdir ../outside && touch ../outside/x'], { frontend: { artifacts: { baseDirectory } } }),
      );
      expect(stepsOf(job)).toEqual(['BUILD FAILED']);
      expect(errorsIn(job)).toEqual([
        `ERROR !!! CustomerError: Artifact directory doesn't exist: ${baseDirectory}`,
      ]);
      expect(reasonsOf(job)).toEqual([`CustomerError: Artifact directory doesn't exist: ${baseDirectory}`]);
    });

    test.each([
      ['leaves the key out', specOf(['echo built'], { frontend: { artifacts: undefined } })],
      [
        'has it at the top',
        JSON.stringify({
          version: 1,
          frontend: { phases: { build: { commands: ['echo built'] } } },
          artifacts: { baseDirectory: 'dist' },
        }),
      ],
    ])('fails without artifacts, once its commands have run: a spec that %s (G4)', async (_, spec) => {
      const { job } = await buildWith(spec);
      expect(stepsOf(job)).toEqual(['BUILD FAILED']);
      expect(outputOf(job, 'echo built')).toEqual(['INFO built']);
      const text = 'CustomerError: The `artifacts` key was not provided in the build spec';
      expect(errorsIn(job)).toEqual([`ERROR !!! ${text}`]);
      expect(reasonsOf(job)).toEqual([text]);
    });

    describe('of a monorepo', () => {
      const applications = (...roots: unknown[]) =>
        JSON.stringify({
          version: 1,
          applications: roots.map((appRoot) => ({
            appRoot,
            frontend: {
              phases: { build: { commands: ['pwd', page()] } },
              artifacts: { baseDirectory: 'dist', files: ['**/*'] },
            },
          })),
        });
      const root = (AMPLIFY_MONOREPO_APP_ROOT: string) => ({ AMPLIFY_MONOREPO_APP_ROOT });

      test.each([
        [
          'a spec of a single app (G5)',
          specOf(['true']),
          root('apps/a'),
          ['!!! CustomerError: Monorepo spec provided without "applications" key'],
        ],
        [
          'a root that is no text (G6)',
          applications(['apps/a']),
          root('apps/a'),
          ['!!! CustomerError: : Invalid Monorepo spec provided. The "appRoot" key needs to be a string'],
        ],
        [
          'a root that none of its applications has (G7)',
          applications('apps/a'),
          root('apps/b'),
          [
            '!!!Invalid monorepo spec, no appRoot matching apps/b found',
            '!!!Invalid monorepo app root, please set correct AMPLIFY_MONOREPO_APP_ROOT environment variable',
            '!!!Unable to save headers',
          ],
        ],
        [
          'several roots and none that is wanted (G8)',
          applications('apps/a', 'apps/b'),
          {},
          ['!!! Error: V2 amplify.yml found with multiple appRoots and no target appRoot set'],
        ],
      ])('is refused with %s', async (_, spec, variables, errors) => {
        const { job } = await buildWith(spec, { 'apps/a/x': '', 'apps/b/x': '' }, variables);
        expect(stepsOf(job)).toEqual(['BUILD FAILED']);
        const [first = '', ...others] = errors;
        const found = errorsIn(job).filter((line) => !line.startsWith('ERROR !!! See '));
        expect(found).toEqual([first, ...others].map((line) => `ERROR ${line}`));
        expect(reasonsOf(job)).toEqual([first.replace(/^!!! ?/, '')]);
      });

      test('runs in the root of the app, where its artifacts are, too', async () => {
        const spec = applications('apps/a', 'apps/b');
        const { job, branch, checkout } = await buildWith(
          spec,
          { 'apps/a/x': '', 'apps/b/x': '' },
          root('apps/b'),
        );
        expect(job.summary.status).toBe('SUCCEED');
        expect(outputOf(job, 'pwd').join().endsWith(`/src/${checkout}/apps/b`)).toBe(true);
        expect((await visit(subject().endpoint, branch)).body).toBe('page\n');
      });

      test('runs at the root of the repository with the buildPath /, where its artifacts are, too (G11)', async () => {
        const frontend = {
          buildPath: '/',
          phases: { build: { commands: ['pwd', 'cd apps/a', page('of a')] } },
          artifacts: { baseDirectory: 'apps/a/dist', files: ['**/*'] },
        };
        const spec = JSON.stringify({ version: 1, applications: [{ appRoot: 'apps/a', frontend }] });
        const { job, branch, checkout } = await buildWith(spec, { 'apps/a/x': '' }, root('apps/a'));
        expect(job.summary.status).toBe('SUCCEED');
        expect(outputOf(job, 'pwd').join().endsWith(`/src/${checkout}`)).toBe(true);
        expect((await visit(subject().endpoint, branch)).body).toBe('of a\n');
      });
    });

    test('is the one of the repository, else of the branch, else of the app (G9)', async () => {
      const { client, endpoint } = subject();
      const { branch, repository, checkout } = await connectSite(
        client,
        { readme: '' },
        { buildSpec: specOf([page('app')]) },
      );
      const missing = (line: string) =>
        line.startsWith('WARNING !Error: ENOENT: no such file or directory, open ') &&
        line.endsWith(`/src/${checkout}/amplify.yml'`);
      const byApp = await publish(client, branch);
      expect(byApp.lines.filter(missing)).toHaveLength(1);
      expect((await visit(endpoint, branch)).body).toBe('app\n');

      await updateBranch(client, { ...branch, buildSpec: specOf([page('branch')]) });
      expect((await publish(client, branch)).lines.filter(missing)).toHaveLength(1);
      expect((await visit(endpoint, branch)).body).toBe('branch\n');

      await repository.commit('main', { 'amplify.yml': specOf([page('repository')]) });
      expect((await publish(client, branch)).lines.filter(missing)).toEqual([]);
      expect((await visit(endpoint, branch)).body).toBe('repository\n');
    });

    test('caches nothing from outside of the repository, and says nothing about it (G10)', async () => {
      const { client } = subject();
      const folder = await mkdtemp(join(tmpdir(), 'backline-outside-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      await writeFile(join(folder, 'x'), 'x');
      const paths = [join(folder, 'x'), `${folder}/**/*`, '../outside'];
      const spec = specOf(['touch ../outside', page()], { frontend: { cache: { paths } } });
      const { branch } = await connectSite(client, { 'amplify.yml': spec });
      const first = await publish(client, branch);
      const warnings = first.lines.filter((line) => /^(?:WARNING|ERROR)/.test(line));
      expect(warnings).toEqual(['WARNING !Failed to set up process.env.secrets']);
      expect(first.lines).not.toContain('INFO # Created cache artifact');
      expect((await publish(client, branch)).lines).not.toContain('INFO # Extracting cache...');
    });

    test('is obeyed for a commit that asks for no build, when StartJob asks for one (G12)', async () => {
      const { client, endpoint } = subject();
      const { branch, repository } = await connectSite(client, { readme: '' });
      await repository.commit('main', { 'amplify.yml': specOf([page()]) }, 'Words only [skip-cd]');
      expect((await publish(client, branch)).summary.commitMessage).toBe('Words only [skip-cd]');
      expect((await visit(endpoint, branch)).body).toBe('page\n');
    });

    test('may write to standard error, which the log shows as warnings (G14)', async () => {
      const command = 'echo oops >&2; (echo oops again >&2)';
      const { job } = await buildWith(specOf([command, page()]));
      expect(job.summary.status).toBe('SUCCEED');
      expect(outputOf(job, command)).toEqual(['WARNING oops', 'WARNING oops again']);
    });
  },
);
