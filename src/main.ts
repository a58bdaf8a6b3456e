#!/usr/bin/env node
import module from 'node:module';

/** As in package.json. An older Node fails while it loads the rest, so nothing else is imported before. */
const oldestNode = 24;
if (Number.parseInt(process.versions.node, 10) < oldestNode) {
  process.stderr.write(
    `backline: Node ${oldestNode} or newer is needed, and this is ${process.version}. ` +
      'In a clone of the repository, npm start brings its own.\n',
  );
  process.exit(1);
}

// Compiled code is kept between starts, so the next one is faster; what is imported before is not covered.
module.enableCompileCache();
const { commands } = await import('./commands/index.ts');
const { gettingStarted } = await import('./commands/getting-started.ts');
const { help } = await import('./commands/help.ts');
const { ConfigError, readConfig, settingNames } = await import('./config.ts');

/** How long a stopping server may take altogether, in milliseconds. */
const stopLimit = 9500;

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`backline: ${error.message}\n`);
  process.exitCode = 1;
}

async function main(args: string[]): Promise<void> {
  const firstFlag = args.findIndex((arg) => arg.startsWith('-'));
  const words = firstFlag < 0 ? args : args.slice(0, firstFlag);
  const topic = words.filter((word) => word !== 'help').join(' ');
  if (words[0] === 'help' || args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help(topic));
    return;
  }
  if (args.includes('--version')) {
    process.stdout.write(`${await version()}\n`);
    return;
  }
  if (words.length === 0) return serve(args);
  if (words[0] === 'serve') return serve(args.slice(1));
  const name =
    [words.slice(0, 2).join(' '), words[0] ?? ''].find((one) => Object.hasOwn(commands, one)) ?? '';
  const command = commands[name];
  if (!command) throw new ConfigError(`There is no command '${topic}'; see backline --help.`);
  const invocation = readConfig(args.slice(name.split(' ').length), process.env, command.settings);
  const print = (text: string) => process.stdout.write(text);
  const lines = await command.run({ ...invocation, print });
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function serve(args: string[]): Promise<void> {
  const { config, words } = readConfig(args, process.env, settingNames);
  if (words.length > 0) throw new ConfigError(`serve takes no '${words[0]}'; see backline serve --help.`);
  const { createLogger, silentLogger } = await import('./telemetry/logger.ts');
  const { startServer } = await import('./server.ts');
  const format = config.log === 'auto' ? (process.stderr.isTTY ? 'human' : 'json') : config.log;
  const log = format === 'off' ? silentLogger() : await createLogger(format, process.stderr.fd);
  const server = await startServer({ config, log });

  let isStopping = false;
  const stop = async () => {
    // Ctrl-C under `npm start` comes twice: from the terminal and from npm.
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(0), stopLimit).unref();
    await server.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.stdout.write(gettingStarted(server.endpoint));
}

async function version(): Promise<string> {
  const { default: about } = await import('../package.json', { with: { type: 'json' } });
  return about.version;
}
