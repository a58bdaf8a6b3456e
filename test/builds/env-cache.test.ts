import { expect, test } from 'vitest';
import { createBranch, updateBranch } from '../support/branches.ts';
import { build, connectSite, outputOf, publish, specOf } from '../support/builds.ts';
import { withServer } from '../support/server.ts';

withServer('envCache', {}, (subject) => {
  const get = 'envCache --get stackInfo';
  const set = 'envCache --set stackInfo "{\\"job\\":\\"$AWS_JOB_ID\\",\\"ü\\":1}"; exit $STATUS';

  test('keeps values for the next build of the same branch only, also when a build fails', async () => {
    const { client } = subject();
    const spec = specOf([get, 'mkdir dist && touch dist/index.html', set]);
    const environmentVariables = { STATUS: '0' };
    const { branch, repository } = await connectSite(
      client,
      { 'amplify.yml': spec },
      { environmentVariables },
    );
    const first = await publish(client, branch);
    expect(outputOf(first, get)).toEqual([]);
    expect(first.lines).not.toContain('INFO # Retrieved environment cache');

    await updateBranch(client, { ...branch, environmentVariables: { STATUS: '1' } });
    const second = await build(client, branch);
    expect(second.summary.status).toBe('FAILED');
    expect(outputOf(second, get)).toEqual(['INFO {"job":"0000000001","ü":1}']);
    expect(second.lines).toContain('INFO # Retrieved environment cache');

    await repository.git('branch', 'other', 'main');
    const other = { ...branch, branchName: 'other' };
    await createBranch(client, other);
    expect(outputOf(await publish(client, other), get)).toEqual([]);

    const third = await build(client, branch);
    expect(outputOf(third, get)).toEqual(['INFO {"job":"0000000002","ü":1}']);
  });
});
