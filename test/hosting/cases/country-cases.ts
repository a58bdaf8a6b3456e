import { choice, examples, type HostingCase, issue, rule, site } from './hosting-case.ts';

const files = site('documents.html');
const american = rule('/documents', '/documents/us/', '302', '<US>');
const moved = { status: 302, location: '/documents/us/' } as const;
const passed = { status: 200, file: 'documents.html' } as const;

type Row = readonly [
  id: string,
  HostingCase['rules'][number],
  country: string | undefined,
  HostingCase['expected'],
  source: string,
];

const conditioned = (condition: string) => rule('/documents', '/documents/us/', '302', condition);

const rows: readonly Row[] = [
  ['C1', american, 'US', moved, examples],
  ['C2', american, 'DE', passed, examples],
  ['C3 unknown country', american, undefined, passed, choice],
  ['C4 an empty condition', conditioned(''), 'DE', moved, issue(995)],
  ['C5 a list', conditioned('<US>,<DE>'), 'US', passed, issue(995)],
  ['C6 a code without brackets', conditioned('US'), 'US', passed, choice],
  ['C7 small letters', conditioned('<us>'), 'US', moved, choice],
];

/** Conditions on the country of the visitor. */
export const countryCases: readonly HostingCase[] = rows.map(([id, only, country, expected, source]) => ({
  id,
  rules: [only],
  files,
  request: { path: '/documents', ...(country === undefined ? {} : { country }) },
  expected,
  source,
}));
