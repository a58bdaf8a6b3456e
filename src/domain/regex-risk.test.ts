import { expect, test } from 'vitest';
import { singlePageExpression } from '../../test/hosting/cases/single-page-app-cases.ts';
import { regexRisk } from './regex-risk.ts';

test.each([
  singlePageExpression,
  '^[^.]+$|\\.(?!(css|gif|ico|jpg|js|png|txt|svg|woff|woff2|ttf|map|json|webmanifest)$)([^.]+$)',
  '',
  '^/docs/',
  '^/docs/.*$',
  '^/(en|de)/.+$',
  '^/(?!api).*$',
  '^(?!.*\\.js$)',
  '\\.(png|jpe?g)$',
  '^/v\\d{1,3}/x$',
  '^/(?<lang>[a-z]{2})/',
  '/[^/]*$',
  '\\x41\\u0041\\/[^/]+',
  '^/a{2,}$',
])('/%s/ needs no guard', (source) => {
  expect(() => new RegExp(source)).not.toThrow();
  expect(regexRisk(source)).toBe('simple');
});

test.each([
  ['nested repetition', '^(a+)+$'],
  ['a repeated choice', '^(a|a)*$'],
  ['a counted group', '^(a+){10}$'],
  ['an optional group', '^(a+)?$'],
  ['two repetitions', '^a*a*$'],
  ['two repetitions, with a group between', '^.*(x).*$'],
  ['two repetitions in the branches of a group', '^(a*|b*)$'],
  ['a repetition in a look-ahead beside another', '^(?=.*a)[^/]*$'],
  ['repetition within a repeated look-ahead', '^(?:(?=a*)b)*$'],
  ['a backreference', '^(a)\\1$'],
  ['a named backreference', '^(?<a>x)\\k<a>$'],
  ['look-behind', '(?<=a)b'],
  ['negative look-behind', '(?<!a)b'],
  ['one that starts anywhere', 'a+$'],
  ['one that starts anywhere, after a choice', '(?:x|y)a+$'],
  ['one that runs over what is before it', 'a[^b]*c'],
  ['one after something optional', '\\.?[^.]+$'],
  ['one after an unbounded count', 'b{2,}'],
  ['many optional parts', `^${'a?'.repeat(30)}$`],
  ['many choices', `^${'(a|a)'.repeat(30)}$`],
  ['a large count', '^a{1,1000}b{1,1000}$'],
  ['a long expression', `^${'a'.repeat(300)}`],
  ['the second alternative', '^a$|b*'],
  ['an open group', '(a'],
  ['a closed group', 'a)'],
  ['an open class', '[a'],
  ['a class upside down', 'a[z-b]*'],
  ['modifiers', '(?i:a)'],
  ['nothing to repeat', '*a'],
  ['a trailing escape', 'a\\'],
  ['a deep one', '('.repeat(256)],
])('%s needs a guard', (_what, source) => {
  expect(regexRisk(source)).toBe('guarded');
});
