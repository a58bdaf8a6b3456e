import { flagOf, type SettingName, settingNames, settingOf, variableOf } from '../config.ts';
import type { Command } from './command.ts';
import { commands } from './index.ts';

/** The help of `backline` itself, or of the commands whose words begin with `topic`. */
export function help(topic: string): string {
  if (topic === 'serve') return serveHelp();
  const chosen = Object.entries(commands).filter(([words]) => topic !== '' && words.startsWith(topic));
  return chosen.length > 0 ? chosen.map(([, command]) => commandHelp(command)).join('\n') : overview();
}

function overview(): string {
  const lines = Object.values(commands).map(({ usage, summary }) => `  ${usage.padEnd(27)} ${summary}`);
  return [
    'Backline runs the AWS Amplify API on your own machine.',
    '',
    'Usage: backline [COMMAND] [FLAGS]',
    '',
    `  ${'serve'.padEnd(27)} Run the server; what happens without a command.`,
    ...lines,
    '',
    'backline COMMAND --help tells the flags of a command.',
    '',
  ].join('\n');
}

function serveHelp(): string {
  return ['Usage: backline serve [FLAGS]', '', 'Run the server.', '', ...flags(settingNames), ''].join('\n');
}

function commandHelp({ usage, summary, settings }: Command): string {
  return [`Usage: backline ${usage} [FLAGS]`, '', summary, '', ...flags(settings), ''].join('\n');
}

function flags(names: readonly SettingName[]): string[] {
  return [
    'Flags, each also as the environment variable in brackets:',
    ...names.map(
      (name) => `  --${flagOf(name)}${placeholder(name)} [${variableOf(name)}]\n      ${description(name)}`,
    ),
  ];
}

function placeholder(name: SettingName): string {
  const { kind, words } = settingOf(name);
  if (words) return ` ${words.join('|')}`;
  return kind === 'switch' ? '' : ` ${kind === 'number' ? 'NUMBER' : 'TEXT'}`;
}

function description(name: SettingName): string {
  const { about, initial, kind } = settingOf(name);
  const isPlain = initial === undefined || kind === 'list' || kind === 'switch';
  return isPlain ? about : `${about} Default: ${initial}.`;
}
