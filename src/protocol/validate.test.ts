import { describe, expect, test } from 'vitest';
import { operations } from '../contract/index.ts';
import { boolean, list, map, optional, string, structure, timestamp } from '../contract/schema.ts';
import { createValidator } from './validate.ts';

function messageOf(
  validate: (value: Record<string, unknown>) => void,
  value: Record<string, unknown>,
): string {
  try {
    validate(value);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

// The published patterns take time that grows with the square of the length, or overflow the engine's stack.
describe('a value far beyond its longest', () => {
  test.each([
    ['domainName', `${'a.'.repeat(5_000_000)}!`],
    ['domainName', `${'a'.repeat(10_000_000)}!`],
    ['autoSubDomainIAMRole', `arn:aws:iam::123456789012:role${'\n'.repeat(10_000_000)}`],
  ])('is refused by its length at once: %s', (member, value) => {
    const validate = createValidator(operations.createDomainAssociation.input);
    const input = { appId: 'd1', domainName: 'a.example', subDomainSettings: [], [member]: value };
    expect(messageOf(validate, input)).toMatch(
      /^1 validation error detected: .*: Member must have length less than/s,
    );
  });

  test('is refused by its length at once: backend.stackArn', () => {
    const validate = createValidator(operations.createBranch.input);
    const stackArn = `arn:aws:cloudformation:a:123456789012:stack/${'/'.repeat(3_000_000)}\n`;
    expect(messageOf(validate, { appId: 'd1', branchName: 'main', backend: { stackArn } })).toMatch(
      /^1 validation error detected: .*: Member must have length less than or equal to 2048$/,
    );
  });
});

test('up to twice its longest a value is refused by length and pattern, as on AWS', () => {
  const validate = createValidator(operations.getApp.input);
  for (const appId of ['X'.repeat(21), 'X'.repeat(40), '🚀'.repeat(40)]) {
    expect(messageOf(validate, { appId })).toMatch(
      /^2 validation errors detected: .*pattern: d\[a-z0-9\]\+$/,
    );
  }
});

test('structures in a list that is refused are shown as Java shows them, without what is sensitive', () => {
  const input = structure({
    users: list(
      structure({
        name: string(),
        password: string({ sensitive: true }),
        isAdmin: optional(boolean()),
        tags: optional(map(string(), string())),
        groups: optional(list(string())),
      }),
      { max: 1 },
    ),
  });
  const users = [
    { name: 'ann', password: 's3cret', isAdmin: true, tags: { a: 'b', c: 'd' } },
    { name: 'bob', password: 's3cret', groups: ['x', 'y'] },
  ];
  expect(messageOf(createValidator(input), { users })).toBe(
    "1 validation error detected: Value '[{name=ann, isAdmin=true, tags={a=b, c=d}}, {name=bob, groups=[x, y]}]' " +
      "at 'users' failed to satisfy constraint: Member must have length less than or equal to 1",
  );
});

test('a sensitive list, map or missing member is not shown either', () => {
  const secret = { ...string({ sensitive: true }) };
  const input = structure({ word: secret, list: { ...list(string({ min: 2 })), sensitive: true } });
  expect(messageOf(createValidator(input), { list: ['x'] })).toBe(
    "2 validation errors detected: Value at 'word' failed to satisfy constraint: Member must not be null; " +
      "Value at 'list' failed to satisfy constraint: Member must satisfy constraint: " +
      '[Member must have length greater than or equal to 2]',
  );
});

test('a moment has no rules', () => {
  const validate = createValidator(structure({ at: timestamp() }));
  expect(messageOf(validate, { at: new Date(0) })).toBe('');
});

test('exactly a hundred violations are all described', () => {
  const validate = createValidator(structure({ items: list(structure({ a: string() })) }));
  const items = Array.from({ length: 100 }, () => ({}));
  expect(messageOf(validate, { items }).split('; ')).toHaveLength(100);
  expect(messageOf(validate, { items: [...items, {}] })).toMatch(/^101 validation errors detected: /);
  expect(messageOf(validate, { items: [...items, {}] }).split('; ')).toHaveLength(100);
});
