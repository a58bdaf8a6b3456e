import { expect, test } from 'vitest';
import { RepositoryMoved, troubleOf } from './repository-trouble.ts';

const reasonOf = (...lines: string[]) => /\((.*)\)$/.exec(troubleOf(lines.join('\n')).message)?.[1];
const lost = [
  'fatal: Could not read from remote repository.',
  '',
  'Please make sure you have the correct access rights',
  'and the repository exists.',
];

test.each([
  ['nothing', [], 'git says nothing'],
  ['a line', ['git: something'], 'git: something'],
  ['its error after others', ['warning: one', 'error: two', 'fatal: three', 'a hint'], 'fatal: three'],
  ['a lost connection', ['ssh: connect to host git.test port 22: Connection refused', ...lost], undefined],
  ['a lost connection and nothing else', lost, undefined],
  ["a lost connection and the other side's error", ["fatal: '/srv/x' is not one", ...lost], undefined],
  [
    "a lost connection and advice after the other side's error",
    [
      "fatal: detected dubious ownership in repository at '/srv/shop.git'",
      'To add an exception for this directory, call:',
      '',
      '\tgit config --global --add safe.directory /srv/shop.git',
      ...lost,
    ],
    undefined,
  ],
])('the reason is, where git says %s, the line that tells why', (_what, lines, reason) => {
  expect(reasonOf(...lines)).toBe(reason ?? lines[0]);
});

test('a repository that is elsewhere is told apart', () => {
  const moved = "fatal: unable to access 'https://git.test/x/': The requested URL returned error: 301";
  expect(troubleOf(moved)).toBeInstanceOf(RepositoryMoved);
  expect(troubleOf(moved.replace('301', '403'))).not.toBeInstanceOf(RepositoryMoved);
});
