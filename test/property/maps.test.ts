import fc from 'fast-check';
import { expect, test } from 'vitest';
import { replaceVariables, type Variables } from '../../src/domain/environment-variables.ts';
import { addTags, removeTags, type Tags, tagLimit } from '../../src/domain/tags.ts';

const key = fc.oneof(
  fc.stringMatching(/^[a-z]{1,3}$/),
  fc.constantFrom('__proto__', 'constructor', '', ' ', 'AWS', 'AWSX'),
);
const map = fc
  .uniqueArray(fc.tuple(key, fc.string()), { selector: ([name]) => name, maxLength: 6 })
  .map((pairs): Variables => Object.fromEntries(pairs));

// Seen on AWS: hashicorp/terraform-provider-aws#39327, aws/aws-sdk-go-v2#2788; names with AWS: aws-amplify/amplify-backend#1582.
test('environment variables: nothing and {} keep, {" ":""} clears, any other map replaces all or is refused', () => {
  fc.assert(
    fc.property(map, fc.option(map, { nil: undefined }), (current, given) => {
      const names = Object.keys(given ?? {});
      const outcome = outcomeOf(() => replaceVariables(current, given));
      const isClearing = names.length === 1 && given?.[' '] === '';
      if (given === undefined || names.length === 0) expect(outcome).toEqual(current);
      else if (isClearing) expect(outcome).toEqual({});
      else if (names.includes('') || names.some((name) => name.startsWith('AWS'))) {
        expect(outcome).toMatchObject({ refused: 'BadRequestException' });
      } else expect(outcome).toEqual(given);
    }),
    { numRuns: 1000 },
  );
});

test('neither map is changed in place', () => {
  fc.assert(
    fc.property(map, map, (current, given) => {
      const before = structuredClone({ current, given });
      outcomeOf(() => replaceVariables(current, given));
      outcomeOf(() => addTags(current, given));
      removeTags(current, Object.keys(given));
      expect({ current, given }).toEqual(before);
    }),
  );
});

const tagKey = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9.:/=+_-]{1,4}$/),
  fc.constantFrom('constructor', '__proto__'),
);
const tags = (maxLength: number) =>
  fc
    .uniqueArray(fc.tuple(tagKey, fc.string()), { selector: ([name]) => name, maxLength, size: 'max' })
    .map((pairs): Tags => Object.fromEntries(pairs));

test('tags: added ones win, the others stay, and more than 50 are refused', () => {
  fc.assert(
    fc.property(tags(50), tags(50), (current, added) => {
      const wanted = new Map([...Object.entries(current), ...Object.entries(added)]);
      const outcome = outcomeOf(() => addTags(current, added));
      if (wanted.size > tagLimit) expect(outcome).toMatchObject({ refused: 'BadRequestException' });
      else expect(new Map(Object.entries(outcome))).toEqual(wanted);
    }),
  );
});

test('tags: removed ones are gone, the others stay, and a key that is not there is no error', () => {
  fc.assert(
    fc.property(tags(50), fc.array(tagKey), (current, keys) => {
      const wanted = new Map(Object.entries(current));
      for (const one of keys) wanted.delete(one);
      expect(new Map(Object.entries(removeTags(current, keys)))).toEqual(wanted);
    }),
  );
});

test('tags: adding and then removing the same keys leaves the others', () => {
  fc.assert(
    fc.property(tags(25), tags(25), (current, added) => {
      const both = addTags(current, added);
      const left = Object.entries(current).filter(([name]) => !Object.hasOwn(added, name));
      expect(Object.entries(removeTags(both, Object.keys(added)))).toEqual(left);
    }),
  );
});

function outcomeOf(change: () => object): object {
  try {
    return change();
  } catch (error) {
    return { refused: (error as Error).name };
  }
}
