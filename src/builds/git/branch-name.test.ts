import { expect, test } from 'vitest';
import { isBranchName } from './branch-name.ts';

test.each(['main', 'feature/x.y-ü', "it's", 'a"b', 'a./b', 'abcd', 'a@b', 'x'.repeat(1000)])(
  '%j can be the name of a branch',
  (name) => {
    expect(isBranchName(name)).toBe(true);
  },
);

test.each([
  ...[
    '',
    '-x',
    '--upload-pack=x',
    '..',
    'a..b',
    '../x',
    '.a',
    'a/.b',
    '/a',
    'a/',
    'a.',
    'a//b',
    '@',
    'a@{1}',
  ],
  ...[
    'a b',
    'a\nb',
    'a\u0000',
    'a\u007f',
    '+a:b',
    'a^',
    'a~1',
    '*',
    'a?',
    '[a',
    'a\\b',
    'a.lock',
    'a.lock/b',
  ],
  ...['\ud800', 'x'.repeat(1001)],
])('%j cannot', (name) => {
  expect(isBranchName(name)).toBe(false);
});
