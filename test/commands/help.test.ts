import { expect, test } from 'vitest';
import { runProgram } from '../support/process.ts';

async function printed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(args);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

const known = [
  'build',
  'serve',
  'open',
  'rollback',
  'rules explain',
  'keys create',
  'keys list',
  'keys delete',
  'accounts suspend',
  'accounts resume',
  'accounts list',
];

test('--help names every command', async () => {
  const lines = (await printed('--help')).split('\n').map((line) => line.trim());
  for (const command of known) {
    expect(lines.filter((line) => line.startsWith(`${command} `))).toHaveLength(1);
  }
});

test.each(known)('%s --help tells its flags, each with its environment variable', async (command) => {
  const text = await printed(...command.split(' '), '--help');
  expect(text).toContain(`Usage: backline ${command}`);
  const flags = [...text.matchAll(/^ {2}--([a-z0-9-]+).* \[(BACKLINE_[A-Z0-9_]+)\]$/gm)];
  const names = flags.map(([, flag]) => flag);
  expect(names).toEqual(expect.arrayContaining(command === 'build' ? ['data'] : ['data', 'database-url']));
  for (const [, flag = '', variable] of flags) {
    expect(variable).toBe(`BACKLINE_${flag.toUpperCase().replaceAll('-', '_')}`);
  }
  expect(text.match(/^ {2}--/gm)).toHaveLength(flags.length);
  expect(await printed('help', ...command.split(' '))).toBe(text);
});

test('serve --help tells the flags of the server with their defaults', async () => {
  const text = await printed('serve', '-h');
  for (const flag of ['host', 'port', 'data', 'ephemeral', 'database-url', 'auth', 'account', 'quotas']) {
    expect(text).toContain(`--${flag} `);
  }
  expect(text).toMatch(/--port NUMBER .*\n.*Default: 4620\./);
  expect(text).toMatch(/--data TEXT .*\n.*Default: \.backline\./);
});
