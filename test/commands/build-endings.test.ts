import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countRunning, sandboxes, uniqueTime, until } from '../support/build-shell.ts';
import { linesOf, outputOf, page, specOf } from '../support/builds.ts';
import { artifactIn, createProject, everythingIn, leftIn } from '../support/local-projects.ts';

/** `backline build` that is interrupted, and that runs beside another. */

const variables = (given: Readonly<Record<string, string>>) =>
  Object.entries(given).flatMap(([name, value]) => ['--build-variable', `${name}=${value}`]);

/** How many files there are of caches and of artifacts that were put together. */
function blobsIn(data: string): number {
  return Object.keys(everythingIn(data)).filter((path) => /\/blobs\/[0-9a-f]{2}\//.test(path)).length;
}

describe.each(sandboxes)('backline build that is interrupted, with the sandbox %s,', (sandbox) => {
  test.each(['SIGINT', 'SIGKILL'] as const)(
    'leaves no program behind, and its files go with the next build: %s',
    async (signal) => {
      const time = uniqueTime();
      const sleep = `sleep ${time}`;
      const project = createProject({
        'amplify.yml': specOf([page(), `${sleep} & setsid ${sleep} & (trap "" INT TERM; ${sleep})`]),
      });
      const child = project.start('--build-sandbox', sandbox);
      await until(() => countRunning(time) === 3);
      expect(leftIn(project.data)).not.toEqual([]);
      // As a terminal does: to all that it knows of.
      process.kill(-(child.pid ?? 0), signal);
      expect(await once(child, 'exit')).toEqual([null, signal]);
      await until(() => countRunning(time) === 0);

      project.write({ 'amplify.yml': specOf([page('again')]) });
      const { code, stderr } = await project.build('--build-sandbox', sandbox);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(leftIn(project.data)).toEqual([]);
    },
  );
});

test('two builds of one folder do not come in each other’s way', async () => {
  const show = 'cat dist/old 2>/dev/null; echo "[$(envCache --get KEY)]"';
  const project = createProject({
    'amplify.yml': specOf(
      [
        show,
        page('$NAME').replaceAll("'", '"'),
        'cp dist/index.html dist/old; envCache --set KEY $NAME',
        'touch "$MEETING/$NAME"; until [ -e "$MEETING/$NAME.go" ]; do sleep 0.02; done',
      ],
      { frontend: { cache: { paths: ['dist/old'] } } },
    ),
  });
  const named = (NAME: string) => variables({ NAME, MEETING: project.around });
  const [outputOfSlow, outputOfQuick] = [join(project.around, 'out slow'), join(project.around, 'out quick')];
  const slow = project.build(outputOfSlow, ...named('slow'));
  await until(() => existsSync(join(project.around, 'slow')));
  writeFileSync(join(project.around, 'quick.go'), '');
  const quick = await project.build(outputOfQuick, ...named('quick'));
  expect({ code: quick.code, stderr: quick.stderr }).toEqual({ code: 0, stderr: '' });
  const both = { 'index.html': 'quick\n', old: 'quick\n' };
  expect(artifactIn(outputOfQuick)).toEqual(both);
  writeFileSync(join(project.around, 'slow.go'), '');
  const { code, stderr } = await slow;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(artifactIn(outputOfSlow)).toEqual({ 'index.html': 'slow\n', old: 'slow\n' });

  // The last to end leaves its cache, and nothing else is kept.
  const third = await project.build(join(project.around, 'out third'), ...named('quick'));
  expect(outputOf({ lines: linesOf(third.stdout) }, show)).toEqual(['INFO slow', 'INFO [slow]']);
  expect(leftIn(project.data)).toEqual([]);
});

test('two builds of one folder may leave their artifacts at the same place', async () => {
  const project = createProject({ 'amplify.yml': specOf([page()]) });
  const ended = await Promise.all([project.build(), project.build()]);
  expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
    { code: 0, stderr: '' },
    { code: 0, stderr: '' },
  ]);
  const [output = ''] = /(?<=The artifact is in ).*(?=: 1 file\.)/.exec(ended[0]?.stdout ?? '') ?? [];
  expect(artifactIn(output)).toEqual({ 'index.html': 'page\n' });
  expect(leftIn(project.data)).toEqual([]);
});

test('what earlier builds have made takes no space', async () => {
  const random = 'head -c 3000 /dev/urandom > dist/random';
  const project = createProject({
    'amplify.yml': specOf([page(), random], { frontend: { cache: { paths: ['dist/random'] } } }),
  });
  for (let turn = 0; turn < 3; turn++) expect((await project.build()).code).toBe(0);
  // Two files of the artifact and one of the cache; what was put in last is looked at next time.
  expect(blobsIn(project.data)).toBeLessThanOrEqual(3);
  project.write({ 'amplify.yml': specOf(['false']) });
  expect((await project.build()).code).toBe(1);
  expect(blobsIn(project.data)).toBe(1);
});

test('a data folder in a working copy is nothing for git', async () => {
  const project = createProject({ 'amplify.yml': specOf([page()]) });
  project.commit();
  const data = join(project.folder, '.backline');
  expect((await project.build('--data', data)).code).toBe(0);
  project.git('add', '--all');
  project.git('diff', '--cached', '--exit-code');
  expect(readdirSync(data).toSorted()).toEqual(['builds', 'local-builds']);
  expect(readFileSync(join(data, 'local-builds/.gitignore'), 'utf8')).toBe('*\n');
});
