import { expect, test } from 'vitest';
import { defineApp } from './app.ts';
import { pushesBetween } from './pushes.ts';

const scope = { account: 'test', region: 'us-east-1' };
const { settings } = defineApp(
  scope,
  'd123',
  {
    name: 'app',
    enableAutoBranchCreation: true,
    autoBranchCreationPatterns: ['**'],
    enableBranchAutoDeletion: true,
  },
  0,
  () => '',
);
const connected = (branchName: string) =>
  ({ branchName, settings: { enableAutoBuild: true } }) as Parameters<typeof pushesBetween>[3][number];

test('new branches come after the branches that are there, and after those that make place for them', () => {
  const before = new Map([
    ['gone', '1'],
    ['main', '1'],
  ]);
  const after = new Map([
    ['a-new-one', '1'],
    ['main', '2'],
  ]);
  expect(pushesBetween(before, after, settings, [connected('gone'), connected('main')])).toEqual([
    { branchName: 'gone', commitId: undefined, effect: 'delete' },
    { branchName: 'main', commitId: '2', effect: 'build' },
    { branchName: 'a-new-one', commitId: '1', effect: 'create' },
  ]);
});

test('a branch whose name no operation of the API takes is not created', () => {
  const after = new Map(['a'.repeat(255), 'b'.repeat(256)].map((name) => [name, '1']));
  expect(pushesBetween(new Map(), after, settings, []).map(({ effect }) => effect)).toEqual([
    'nothing',
    'create',
  ]);
});
