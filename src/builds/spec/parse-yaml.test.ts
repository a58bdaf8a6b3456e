import { describe, expect, test } from 'vitest';
import { parseYaml } from './parse-yaml.ts';
import { YamlProblem } from './yaml-problem.ts';

function problemOf(text: string) {
  try {
    parseYaml(text);
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    const { message, position } = error;
    return { message, at: position && `${position.line}:${position.column}` };
  }
  throw new Error('It was read');
}

const repeated = (part: string, size = 1_048_000) => part.repeat(Math.floor(size / part.length));

describe('a text', () => {
  test('may have merge keys, as often as a key may be there', () => {
    const text =
      'a: &a { x: 1, y: 1 }\nb: &b { y: 2 }\nc:\n  <<: [*b, *a]\n  z: 3\nd:\n  <<: *a\n  y: 4\n  y: 5\n';
    expect(parseYaml(text).value).toMatchObject({ c: { x: 1, y: 2, z: 3 }, d: { x: 1, y: 5 } });
  });

  test('cannot change what objects are', () => {
    const value = parseYaml('__proto__: { polluted: 1 }').value as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__']);
  });

  test.each(['', '# nothing', '---\n', '\uFEFF'])('of no content has no value: %j', (text) => {
    expect(parseYaml(text).value ?? undefined).toBeUndefined();
  });

  test('may have line breaks of Windows and a byte order mark', () => {
    const yaml = parseYaml('\uFEFFa:\r\n  b: 5\r\n');
    expect(yaml.value).toEqual({ a: { b: 5 } });
    expect(yaml.positionOf(['a', 'b'])).toEqual({ line: 2, column: 6 });
  });
});

describe('the position', () => {
  const text = 'a: &a\n  x: 1\n  x: 2\nb:\n  - *a\n  - <<: *a\n    y:\nc: { <<: [*a, { z: 1 }] }\n';
  test.each<[(string | number)[], string]>([
    [['a', 'x'], '3:6'],
    [['b'], '5:3'],
    [['b', 0, 'x'], '3:6'],
    [['b', 1, 'x'], '3:6'],
    [['b', 1, 'y'], '7:7'],
    [['b', 1, 'missing'], '6:5'],
    [['b', 7], '5:3'],
    [['c', 'z'], '8:20'],
    [['missing'], '1:1'],
    [[], '1:1'],
  ])('of %j is %s', (path, expected) => {
    const position = parseYaml(text).positionOf(path);
    expect(`${position?.line}:${position?.column}`).toBe(expected);
  });
});

describe('a text is refused where it is wrong', () => {
  test.each([
    ['a: 1\n  b: 2\n', 'Nested mappings are not allowed in compact mappings', '1:4'],
    ['a:\n  - b\n - c\n', 'A block sequence may not be used as an implicit map key', '3:1'],
    ['a: "b', 'Missing closing "quote', '1:6'],
    ['a: 1\n---\nb: 2\n', 'There is a second document', '2:1'],
    ['a: *b\n', 'There is no such anchor before this alias', '1:4'],
    ['a: 1\n[b]: 2\n', 'A key has to be text', '2:1'],
    ['a: &a 5\nb:\n  <<: *a\n', 'Only maps can be merged', '3:7'],
    ['b:\n  <<: [{ c: 1 }, 5]\n', 'Only maps can be merged', '2:3'],
  ])('%j', (text, message, at) => {
    const problem = problemOf(text);
    expect(problem.message).toContain(message);
    expect(problem.at).toBe(at);
  });

  test('in one line', () => {
    expect(problemOf(`a: "${'\\q\n\n'.repeat(100)}`).message).not.toContain('\n');
  });
});

describe('a text that would take much of the server is refused', () => {
  const names = Array.from({ length: 101 }, (_, index) => `- &a${index} x\n`).join('');
  const bomb = Array.from({ length: 30 }, (_, index) => `- &a${index + 1} [*a${index}, *a${index}]\n`).join(
    '',
  );
  const merges = bomb.replaceAll('[', '{ <<: [').replaceAll(']', '] }');
  test.each([
    ['lists in lists', repeated('['), 'nested'],
    ['lists in blocks', repeated('- '), 'nested'],
    ['maps in maps', repeated('{a: '), 'nested'],
    ['maps as keys', repeated('{'), 'nested'],
    ['keys of keys', repeated('? '), 'nested'],
    ['maps without end', repeated('a: '), 'nested'],
    [
      'blocks that go ever deeper',
      Array.from({ length: 1400 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''),
      'nested',
    ],
    ['very many keys', repeated('a: 1\n'), 'tokens'],
    ['very many items', `[${repeated('a,')}]`, 'tokens'],
    ['very many comments', repeated('#\n'), 'tokens'],
    ['very many brackets that close', repeated(']'), 'Unexpected'],
    ['very many directives', repeated('%\n'), 'directives'],
    ['very many errors', `"${repeated('\\q')}"`, 'backslashes'],
    ['very many aliases', `- &a x\n${'- *a\n'.repeat(200)}`, 'anchors and aliases'],
    ['very many anchors', names, 'anchors and aliases'],
    ['aliases of aliases', `- &a0 [x]\n${bomb}`, 'Excessive alias count'],
    ['a map that merges itself', 'a: &a { <<: *a, b: 1 }', 'Excessive alias count'],
    ['merged merges', `- &a0 { x: 1 }\n${merges}`, 'Excessive alias count'],
    ['too long a text', 'a'.repeat(1_048_577), 'longer than 1048576'],
  ])('%s', (_what, text, message) => {
    const startedAt = performance.now();
    expect(problemOf(text).message).toContain(message);
    // It takes a fraction of a second. Without the limits it is minutes, or the end of the stack.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  test.each([
    ['one long line', `a: ${'b'.repeat(1_048_000)}`],
    ['a long folded text', `a: b\n${repeated('  b\n')}`],
    ['a long block', `a: |\n${repeated('  b\n')}`],
    ['as many keys as there may be', 'a: 1\n'.repeat(7_000)],
  ])('but %s is not', (_what, text) => {
    const startedAt = performance.now();
    expect(parseYaml(text).value).toHaveProperty('a');
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });
});
