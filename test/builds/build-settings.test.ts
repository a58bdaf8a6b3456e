import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEnvironment } from '../support/amplify.ts';
import { updateBranch } from '../support/branches.ts';
import { environmentOf, environmentSpec } from '../support/build-environment.ts';
import { build, connectSite, type EndedBuild, publish, withBuildServer } from '../support/builds.ts';

describe('Settings of the server', () => {
  let folder: string;
  let buildSecrets: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backline-secrets-'));
    buildSecrets = join(folder, 'secrets.json');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const config = async () => ({
    specVariables: 'under-app' as const,
    buildCi: 'on' as const,
    buildVariable: ['HTTPS_PROXY=http://proxy:3128/?a=b', 'BOTH=server', 'AWS_BRANCH=server'],
    buildSecrets,
  });

  withBuildServer('for builds', config, (subject) => {
    const noSecrets = 'WARNING !Failed to set up process.env.secrets';
    const secretsLines = ({ lines }: EndedBuild) =>
      lines.slice(lines.indexOf('INFO ---- Setting Up SSM Secrets ----')).slice(1, 3);

    test('let the variables of app and branch win over those of the spec with --spec-variables under-app', async () => {
      await writeFile(buildSecrets, '{}');
      const { client } = subject();
      const spec = environmentSpec({
        env: { variables: { A: 'spec', B: 'spec', C: 'spec', AWS_JOB_ID: 'spec' } },
      });
      const { branch } = await connectSite(
        client,
        { 'amplify.yml': spec },
        { environmentVariables: { A: 'app', B: 'app' } },
      );
      await updateBranch(client, { ...branch, environmentVariables: { B: 'branch' } });
      await publish(client, branch);
      expect(await environmentOf(subject(), branch)).toMatchObject({
        ...{ A: 'app', B: 'branch', C: 'spec', AWS_JOB_ID: 'spec' },
      });
    });

    test('give variables to every build with --build-variable and --build-ci, under all others', async () => {
      await writeFile(buildSecrets, '{}');
      const { client } = subject();
      const { branch } = await connectSite(
        client,
        { 'amplify.yml': environmentSpec() },
        { environmentVariables: { BOTH: 'app' } },
      );
      await publish(client, branch);
      expect(await environmentOf(subject(), branch)).toMatchObject({
        ...{ CI: 'true', HTTPS_PROXY: 'http://proxy:3128/?a=b', BOTH: 'app', AWS_BRANCH: 'main' },
      });
    });

    test('give a branch its secrets as one variable, and no log a value, with --build-secrets', async () => {
      const { client } = subject();
      const { branch } = await connectSite(client, { 'amplify.yml': environmentSpec() });
      const { appId } = branch;
      const { backendEnvironmentArn = '' } = await createEnvironment(client, {
        appId,
        environmentName: 'staging',
      });
      await writeFile(
        buildSecrets,
        JSON.stringify({
          [`/amplify/${appId}/main/KEY`]: 'of "main"',
          [`/amplify/${appId}/main/OTHER`]: 'too',
          [`/amplify/${appId}/main2/KEY`]: 'of main2',
          [`/amplify/${appId}/staging/KEY`]: 'of staging',
          '/amplify/another/main/KEY': 'of another',
        }),
      );
      const ended = await publish(client, branch);
      const { secrets = '' } = await environmentOf(subject(), branch);
      expect(JSON.parse(secrets)).toEqual({ KEY: 'of "main"', OTHER: 'too' });
      expect(secretsLines(ended)[0]).toBe(
        `INFO SSM params {"Path":"/amplify/${appId}/main/","WithDecryption":true}`,
      );
      expect(ended.lines).not.toContain(noSecrets);
      expect(ended.lines.join('\n')).not.toContain('of "main"');

      await updateBranch(client, { ...branch, backendEnvironmentArn });
      const linked = await publish(client, branch);
      expect((await environmentOf(subject(), branch)).secrets).toBe('{"KEY":"of staging"}');
      expect(secretsLines(linked)[0]).toContain(`/amplify/${appId}/staging/`);

      await writeFile(buildSecrets, '{}');
      expect(secretsLines(await publish(client, branch))[1]).toBe(noSecrets);
      expect(await environmentOf(subject(), branch)).not.toHaveProperty('secrets');
    });

    test('fail builds with a reason where the secrets cannot be read', async () => {
      const { client } = subject();
      await rm(buildSecrets, { force: true });
      const { branch } = await connectSite(client, { 'amplify.yml': environmentSpec() });
      const { summary, steps, lines } = await build(client, branch);
      expect(summary.status).toBe('FAILED');
      const reason = 'The file of --build-secrets cannot be read: it is not there';
      expect(steps[0]?.statusReason).toBe(reason);
      expect(lines).toContain(`ERROR ${reason}`);
    });
  });
});
