import { expect, test } from 'vitest';
import { getArtifactUrl, listArtifacts } from '../support/artifacts.ts';
import { updateBranch } from '../support/branches.ts';
import {
  build,
  connectSite,
  filesAt,
  page,
  publish,
  specOf,
  stepsOf,
  withBuildServer,
} from '../support/builds.ts';
import { logOf } from '../support/jobs.ts';
import { withServer } from '../support/server.ts';
import { visit } from '../support/visits.ts';

/** What tests leave, as Cypress does. */
const leave = [
  'mkdir -p cypress/shots cypress/report',
  'printf png > cypress/shots/a.png; printf other > cypress/shots/notes.txt',
  `printf '{"tests":1}' > cypress/report/mochawesome.json`,
];
const artifacts = {
  baseDirectory: 'cypress',
  configFilePath: '**/mochawesome.json',
  files: ['**/*.png', '**/*.mp4'],
};
const withTests = (commands: readonly string[], others: object = {}) =>
  specOf([page()], { test: { phases: { test: { commands } }, artifacts, ...others } });
const all = ['BUILD SUCCEED', 'TEST SUCCEED', 'DEPLOY SUCCEED', 'VERIFY SUCCEED'];

withServer('The artifacts of tests', {}, (subject) => {
  const found = { 'report/mochawesome.json': '{"tests":1}', 'shots/a.png': 'png' };
  type Build = Awaited<ReturnType<typeof build>>;

  const expectArtifacts = async (ended: Build) => {
    const { client } = subject();
    const { items } = await listArtifacts(client, ended);
    const listed = await Promise.all(
      items.map(async ({ name, id }) => [name, await (await fetch(await getArtifactUrl(client, id))).text()]),
    );
    expect(Object.fromEntries(listed)).toEqual(found);
    const step = ended.steps.find(({ stepName }) => stepName === 'TEST');
    expect(await filesAt(step?.testArtifactsUrl ?? '')).toEqual(found);
    expect(await (await fetch(step?.testConfigUrl ?? '')).text()).toBe('{"tests":1}');
  };

  test('can be downloaded one by one and together, also of tests that fail: visitors keep what they have', async () => {
    const { client, endpoint } = subject();
    const { branch, repository } = await connectSite(client, { 'amplify.yml': withTests(leave) });
    const passed = await publish(client, branch);
    expect(stepsOf(passed)).toEqual(all);
    await expectArtifacts(passed);

    const commands = [...leave, 'echo "1 failing"; exit 7', 'echo after'];
    const test = { phases: { test: { commands }, postTest: { commands: ['echo after'] } }, artifacts };
    await repository.commit('main', { 'amplify.yml': specOf([page('new')], { test }) });
    const failed = await build(client, branch);
    expect(failed.summary.status).toBe('FAILED');
    expect(stepsOf(failed)).toEqual(['BUILD SUCCEED', 'TEST FAILED']);
    expect(failed.steps[1]?.statusReason).toBe(
      'Non-Zero Exit Code detected: 7 by the command: echo "1 failing"; exit 7',
    );
    await expectArtifacts(failed);
    const log = await logOf(client, failed, 'TEST');
    expect(log).toMatch(/\[INFO\]: 1 failing\n/);
    expect(log).toMatch(/\[ERROR\]: !!! Non-Zero Exit Code detected\n/);
    expect(log).not.toMatch(/after$/m);
    expect((await visit(endpoint, branch)).body).toBe('page\n');
    // Those of the build before are still there.
    await expectArtifacts(passed);
  });
});

withBuildServer(
  'The tests of a build',
  async () => ({}),
  (subject) => {
    test('run after the frontend in the same session, phase by phase', async () => {
      const { client } = subject();
      const phases = Object.fromEntries(
        ['postTest', 'test', 'preTest'].map((name) => [
          name,
          { commands: [`echo ${name} $X; X=${name}`, 'pwd'] },
        ]),
      );
      const spec = specOf(['mkdir folder && cd folder; X=build', 'mkdir ../dist && touch ../dist/x'], {
        test: { phases },
      });
      const { branch, checkout } = await connectSite(client, { 'amplify.yml': spec });
      const ended = await publish(client, branch);
      expect(stepsOf(ended)).toEqual(all);
      const log = await logOf(client, ended, 'TEST');
      const output = log.split('\n').map((line) => line.replace(/^\S+ \[INFO\]: /, ''));
      expect(output.filter((line) => /^(?:pre|post)?[tT]est /.test(line))).toEqual([
        'preTest build',
        'test preTest',
        'postTest test',
      ]);
      expect(output.filter((line) => line.endsWith(`/src/${checkout}/folder`))).toHaveLength(3);
    });

    test('are left out with USER_DISABLE_TESTS, of which the value of the branch wins over that of the app', async () => {
      const { client } = subject();
      const spec = withTests(['exit 1']);
      const USER_DISABLE_TESTS = 'true';
      const { branch } = await connectSite(
        client,
        { 'amplify.yml': spec },
        { environmentVariables: { USER_DISABLE_TESTS } },
      );
      expect(stepsOf(await publish(client, branch))).toEqual(all.filter((step) => !step.startsWith('TEST')));
      await updateBranch(client, { ...branch, environmentVariables: { USER_DISABLE_TESTS: 'false' } });
      expect(stepsOf(await build(client, branch))).toEqual(['BUILD SUCCEED', 'TEST FAILED']);
    });

    test('may leave nothing', async () => {
      const { client } = subject();
      const { branch } = await connectSite(client, { 'amplify.yml': withTests(['true']) });
      const ended = await publish(client, branch);
      expect((await listArtifacts(client, ended)).items).toEqual([]);
      const { testArtifactsUrl, testConfigUrl } = ended.steps[1] ?? {};
      expect([testArtifactsUrl, testConfigUrl]).toEqual([undefined, undefined]);
      expect(await logOf(client, ended, 'TEST')).toMatch(
        /\[WARNING\]: The directory of the test artifacts doesn't exist: cypress\n/,
      );
    });

    test('do not run after a build that fails', async () => {
      const { client } = subject();
      const spec = specOf(['exit 1'], { test: { phases: { test: { commands: ['true'] } } } });
      const { branch } = await connectSite(client, { 'amplify.yml': spec });
      expect(stepsOf(await build(client, branch))).toEqual(['BUILD FAILED']);
    });

    test('cannot change the site any more', async () => {
      const { client, endpoint } = subject();
      const { branch } = await connectSite(client, {
        'amplify.yml': withTests(['echo changed > dist/index.html']),
      });
      await publish(client, branch);
      expect((await visit(endpoint, branch)).body).toBe('page\n');
    });
  },
);
