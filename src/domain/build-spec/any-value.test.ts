import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBuildSpec } from './build-spec.ts';

/** Values that often have the keys of the grammar, so that they get beyond its first level. */
const keys = fc.constantFrom(
  ...[
    'applications',
    'appRoot',
    'env',
    'variables',
    'frontend',
    'backend',
    'test',
    'phases',
    'build',
    'commands',
  ],
  ...['artifacts', 'files', 'baseDirectory', 'discard-paths', 'cache', 'paths', 'buildPath', '__proto__'],
);
const { value: specLike } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, 'a', 1, true),
    fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}));

test('whatever the YAML holds is read or refused', () => {
  const outcomes = { read: 0, refused: 0 };
  const read = (value: unknown, root: string | undefined) => {
    const result = readBuildSpec(value, root);
    if ('problem' in result) {
      outcomes.refused++;
      expect(result.problem.lines[0]).toMatch(/^!!!/);
      return;
    }
    outcomes.read++;
    for (const { commands } of [...result.spec.backend, ...result.spec.frontend]) {
      expect(commands.every((command) => typeof command === 'string')).toBe(true);
    }
  };
  fc.assert(fc.property(fc.jsonValue(), fc.option(fc.string(), { nil: undefined }), read), { numRuns: 200 });
  fc.assert(fc.property(specLike, fc.constantFrom(undefined, 'a'), read), { numRuns: 500 });
  expect(outcomes.read).toBeGreaterThan(10);
  expect(outcomes.refused).toBeGreaterThan(10);
});
