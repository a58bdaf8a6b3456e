import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonErrorOffset } from './json-error-offset.ts';

test('JSON without a mistake is read to its end', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom('', ' ', '\t\r\n '), fc.nat(2), (json, space, indent) => {
      const text = space + JSON.stringify(JSON.parse(json), undefined, indent) + space;
      expect(jsonErrorOffset(text)).toBe(text.length);
    }),
    { numRuns: 500 },
  );
});

test('JSON that is cut ends too early, or is whole', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (json, at) => {
      const text = json.slice(0, at % (json.length + 1));
      // A word, number or escape that is cut in its middle is a mistake where it begins.
      const offset = jsonErrorOffset(text);
      expect(
        offset === text.length ||
          /^(?:-|[a-z]{1,4}|-?\d+\.|-?[\d.]+e[+-]?|\\(?:u[\da-f]{0,3})?)$/.test(text.slice(offset)),
      ).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

const noise = fc.array(
  fc.constantFrom(
    ...'{}[]:,"',
    '\\',
    '"a"',
    '1',
    '-',
    '.5',
    'e1',
    'true',
    'nul',
    ' ',
    '\n',
    '\\u00',
    'é',
    '\0',
  ),
  { maxLength: 12 },
);

test('where the engine tells a position, it is the same or within the same token', () => {
  fc.assert(
    fc.property(noise, (parts) => {
      const text = parts.join('');
      const message = syntaxErrorOf(text);
      const offset = jsonErrorOffset(text);
      if (message === undefined) expect(offset).toBe(text.length);
      const position = /position (\d+)/.exec(message ?? '')?.[1];
      if (position === undefined) return;
      expect(offset).toBeLessThanOrEqual(Number(position));
      expect(text.slice(offset, Number(position))).toMatch(/^[^\s,:[\]{}]*$/);
    }),
    { numRuns: 20_000 },
  );
});

test('the text before the mistake could be the beginning of JSON, and with the mistake it could not', () => {
  fc.assert(
    fc.property(noise, (parts) => {
      const text = parts.join('');
      const offset = jsonErrorOffset(text);
      if (syntaxErrorOf(text) === undefined || offset === text.length) return;
      // What was read so far contains no mistake of its own.
      expect(jsonErrorOffset(text.slice(0, offset))).toBe(offset);
    }),
    { numRuns: 5000 },
  );
});

test('a text of ten million characters is read without delay or depth', () => {
  for (const text of [
    '['.repeat(1e7),
    `"${'x'.repeat(1e7)}`,
    '1'.repeat(1e7),
    ' '.repeat(1e7),
    '{"a":'.repeat(2e6),
  ]) {
    expect(jsonErrorOffset(text)).toBe(text.length);
  }
});

function syntaxErrorOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as SyntaxError).message;
  }
}
