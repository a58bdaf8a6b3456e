import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generatedPages } from '../scripts/docs.ts';
import { flagOf, settingNames } from '../src/config.ts';

const root = join(import.meta.dirname, '..');
const read = (page: string) => readFileSync(join(root, page), 'utf8');
const folder = (name: string) =>
  readdirSync(join(root, name))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(name, file));
const pages = [...folder('.'), ...folder('docs'), ...folder('docs/adr')];
const scripts = Object.keys(JSON.parse(read('package.json')).scripts);

describe('Pages that are made from the code', () => {
  test.each(Object.entries(generatedPages(root)))('%s is up to date: npm run docs', (page, text) => {
    expect(read(page)).toBe(text);
  });
});

describe.each(pages)('%s', (page) => {
  const text = read(page);

  test('its links lead somewhere', () => {
    const links = [...text.matchAll(/\]\(([^)#:]+)(#[^)]*)?\)/g)].map((link) => link[1] as string);
    const broken = links.filter((link) => !existsSync(join(root, dirname(page), link)));
    expect(broken).toEqual([]);
  });

  test('the npm scripts that it names exist', () => {
    const named = [...text.matchAll(/npm run (?:-s )?([a-z]+)/g)].map((script) => script[1] as string);
    expect(named.filter((script) => !scripts.includes(script))).toEqual([]);
  });

  test('the flags of backline that it names exist', () => {
    const known = [...settingNames.map(flagOf), 'help', 'version'];
    // Flags of other programs stand in lines that call these.
    const foreign = /\b(aws|curl|terraform|git|amplifyPush|envCache|npm (ci|install)) /;
    const lines = text.replaceAll('\\\n', '').split('\n');
    const own = lines.filter((line) => !foreign.test(line));
    const named = [...own.join('\n').matchAll(/(?<![\w-])--([a-z][a-z0-9-]+)/g)].map(
      (flag) => flag[1] as string,
    );
    expect(named.filter((flag) => !known.includes(flag))).toEqual([]);
  });
});

test('every decision record is numbered in order', () => {
  const numbers = folder('docs/adr').map((file) => Number(/(\d{4})-/.exec(file)?.[1]));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});
