import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flagOf, settingNames, settingOf, variableOf } from '../src/config.ts';
import { exceptions } from '../src/contract/errors.ts';
import { type OperationKey, operations } from '../src/contract/index.ts';
import * as refusals from '../src/domain/refusals.ts';
import { gatewayErrors } from '../src/protocol/gateway-error.ts';

/** The pages that are made from the code. `npm run docs` writes them, test/docs.test.ts compares them. */
export function generatedPages(root: string): Record<string, string> {
  return {
    'docs/operations.md': operationsPage(),
    'docs/errors.md': errorsPage(),
    'docs/configuration.md': configurationPage(),
    'README.md': withOperationsTable(readFileSync(join(root, 'README.md'), 'utf8')),
  };
}

const note = '<!-- Made from the code by `npm run docs`; do not edit. -->';
const keys = Object.keys(operations) as OperationKey[];

function operationsPage(): string {
  const rows = keys.map((key) => {
    const { name, method, path, errors } = operations[key];
    return `| ${name} | \`${method} ${path}\` | ${errors.join(', ')} |`;
  });
  return [
    '# Operations',
    note,
    '',
    `The API of 2017-07-25 has ${keys.length} operations; Backline has all of them.`,
    '',
    '| operation | request | errors that the API documents |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** The table of the README: a row a resource. */
function withOperationsTable(readme: string): string {
  const groups = new Map<string, OperationKey[]>();
  for (const key of keys) {
    const group = groupOf(key);
    groups.set(group, [...(groups.get(group) ?? []), key]);
  }
  const rows = [...groups].map(
    ([group, members]) => `| ${group} | ${members.map((key) => operations[key].name).join(', ')} |`,
  );
  const table = ['| | operations |', '|---|---|', ...rows].join('\n');
  return readme.replace(
    /(<!-- operations -->\n)[\s\S]*(\n<!-- end of operations -->)/,
    (_, before, after) => before + table + after,
  );
}

function groupOf(key: OperationKey): string {
  const { path } = operations[key];
  if (path.startsWith('/tags')) return 'Tags';
  if (path.includes('backendenvironments')) return 'Backend environments';
  if (path.includes('artifacts')) return 'Artifacts';
  if (path.includes('/jobs')) return 'Jobs';
  if (path.includes('/deployments')) return 'Deployments';
  if (path.includes('/branches')) return 'Branches';
  if (path.includes('/domains')) return 'Domain associations';
  if (path.includes('webhooks')) return 'Webhooks';
  return path.includes('accesslogs') ? 'Access logs' : 'Apps';
}

function errorsPage(): string {
  const modelled = Object.entries(exceptions).map(([name, status]) => `| ${name} | ${status} |`);
  const gateway = Object.entries(gatewayErrors).map(([name, status]) => `| ${name} | ${status} |`);
  return [
    '# Errors',
    note,
    '',
    'Every error has its type in `x-amzn-ErrorType` and a body of `{"message":"…"}`; ResourceNotFoundException also',
    'has `code`.',
    '',
    '## Exceptions that the API models',
    '',
    '| type | status |',
    '|---|---|',
    ...modelled,
    '',
    '## Errors of the gateway before it',
    '',
    '| type | status |',
    '|---|---|',
    ...gateway,
    '',
    '## Texts of the service',
    '',
    'Beside these, input that breaks the contract is a BadRequestException that lists every violated constraint.',
    '',
    '| type | message |',
    '|---|---|',
    ...refusalRows(),
    '',
  ].join('\n');
}

/** Calls each factory with the names of its parameters in braces. */
function refusalRows(): string[] {
  const factories = Object.entries(refusals).sort(([a], [b]) => (a < b ? -1 : 1));
  return factories.flatMap(([, factory]) => {
    if (factory === refusals.Refusal) return [];
    const names = /^\(?([^)=]*)\)?\s*=>/.exec(String(factory))?.[1] ?? '';
    const values = names.split(',').map((name) => `{${name.trim()}}`);
    const refusal = (factory as (...values: string[]) => refusals.Refusal)(...values);
    return [`| ${refusal.name} | \`${refusal.message}\` |`];
  });
}

function configurationPage(): string {
  const rows = settingNames.map((name) => {
    const { about, initial, words, kind } = settingOf(name);
    const shown =
      kind === 'list' || initial === undefined ? '–' : `\`${kind === 'switch' ? 'false' : initial}\``;
    const values = words ? ` ${words.join('\\|')}` : '';
    return `| \`--${flagOf(name)}${values}\` | \`${variableOf(name)}\` | ${shown} | ${about.replaceAll('|', '\\|')} |`;
  });
  return [
    '# Configuration',
    note,
    '',
    'Settings of `backline serve`. A flag wins over its variable, and that over the default. The other commands take',
    '`--data` and `--database-url`, which name the database; `backline COMMAND --help` tells.',
    '',
    '| flag | variable | default | |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
