import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandLines, createBuild, sandboxes } from '../../../test/support/build-shell.ts';
import { prepareSandbox } from './bubblewrap.ts';
import type { BuildShell } from './shell.ts';

let build: ReturnType<typeof createBuild>;
let shell: BuildShell | undefined;

beforeEach(() => {
  build = createBuild();
});

afterEach(async () => {
  await shell?.close();
  shell = undefined;
  build.remove();
});

describe.skipIf(!sandboxes.includes('bubblewrap'))('in the sandbox', () => {
  beforeEach(async () => {
    mkdirSync(join(build.data, 'builds', 'two'));
    writeFileSync(join(build.data, 'builds', 'two', 'secret'), 'secret');
    writeFileSync(join(build.data, 'keys'), 'secret');
    shell = await build.open('bubblewrap');
  });

  /** @returns what a command writes to its standard output */
  async function read(command: string): Promise<string> {
    build.output.stdout = '';
    await shell?.run(command);
    return build.output.stdout;
  }

  test('a build sees of the data folder only its own', async () => {
    expect(await read(`ls -A ${build.data} ${build.data}/builds`)).toBe(
      `${build.data}:\nbuilds\n\n${build.data}/builds:\none\n`,
    );
    for (const file of ['builds/two/secret', 'keys']) {
      expect(await shell?.run(`cat ${build.data}/${file}`)).toMatchObject({ status: 1 });
      expect(await shell?.run(`ls -l /proc/1/root${build.data}/${file}`)).toMatchObject({ status: 2 });
    }
    expect(readFileSync(join(build.data, 'keys'), 'utf8')).toBe('secret');
  });

  test('a data folder beside programs is hidden', async () => {
    const data = '/usr/local/backline/data';
    const folder = `${data}/builds/one`;
    const { limits, environment } = build.options('bubblewrap');
    const confinement = { folder, limits, sandbox: 'bubblewrap' as const };
    const { settings } = await prepareSandbox(confinement, folder, environment);
    const hidden = ['--tmpfs', data, '--bind', folder, folder, '--remount-ro', data].join('\0');
    expect(settings).toContain(`\0${hidden}\0`);
    expect(settings.indexOf(hidden)).toBeGreaterThan(settings.indexOf('\0--ro-bind\0/usr\0/usr\0'));
  });

  test("a build sees nothing of homes, of the system's state, and of secrets of the machine", async () => {
    for (const path of [
      '/var/log',
      '/var/lib',
      '/etc/shadow',
      '/etc/ssl/private',
      '/etc/ssh',
      '/sys',
      '/boot',
    ]) {
      expect(await shell?.run(`test ! -e ${path}`)).toEqual({ status: 0, hasEnded: false });
    }
    // Of a home at most the way to programs of the server's PATH.
    expect(await read(`find ${homedir()} -maxdepth 1 -type f 2>/dev/null`)).toBe('');
    expect(await read('ls -A /home /mnt /srv /run 2>/dev/null | grep -v :')).toBe('');
  });

  test('a build writes to its folder, and to places that end with it', async () => {
    await shell?.run('echo kept > ../kept; echo a > /tmp/a && echo b > /dev/shm/b && echo c > /var/tmp/c');
    expect(readFileSync(join(build.folder, 'kept'), 'utf8')).toBe('kept\n');
    for (const place of ['/', '/usr', '/etc', '/dev', '/var', '/run', '/proc/sys/kernel']) {
      expect(await shell?.run(`! touch ${place}/x`)).toEqual({ status: 0, hasEnded: false });
    }
    await shell?.close();
    shell = await build.open('bubblewrap');
    expect(await read('ls -A /tmp /var/tmp /dev/shm | grep -x -e a -e b -e c')).toBe('');
  });

  test('what is in memory only has a bound', async () => {
    await shell?.close();
    shell = await build.open('bubblewrap', { limits: { memory: 400e6, processes: 100, disk: 1e9 } });
    expect(await shell.run('head -c 60000000 /dev/zero > /dev/shm/large')).toMatchObject({ status: 1 });
    expect(await shell.run('head -c 60000000 /dev/zero > /tmp/large')).toMatchObject({ status: 1 });
    expect(build.output.stderr).toMatch(/No space left on device/);
  });

  test('no setting of the kernel can be written, and nothing of the machine is seen to run', async () => {
    const writable = await read(
      "find /proc -maxdepth 5 -path '/proc/[0-9]*' -prune -o -type f -writable -print 2>/dev/null",
    );
    expect(writable).toBe('');
    expect(await read('grep -h ^Cap /proc/self/status | cut -f 2 | sort -u')).toBe('0000000000000000\n');
    expect(Number(await read("ls /proc | grep -c '^[0-9]'"))).toBeLessThan(8);
  });

  test('node, npm and git run', async () => {
    expect(await read('node -p 1+1')).toBe('2\n');
    expect(await read('npm --version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await read('git init -q . && git status --short --branch')).toMatch(/^## No commits yet on /);
    expect(build.output.stderr).not.toMatch(/error|denied/i);
  });

  test('the network of the machine can be reached', async () => {
    const server = createServer((_request, response) => response.end('reached')).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const program = `fetch('http://127.0.0.1:${port}').then((a) => a.text()).then(console.log)`;
      expect(await read(`node -e "${program}"`)).toBe('reached\n');
    } finally {
      server.close();
    }
  });

  test('the environment of a build decides nothing outside', async () => {
    await shell?.close();
    const tools = join(build.folder, 'tools');
    const proof = join(build.data, 'proof');
    mkdirSync(tools);
    for (const name of ['bwrap', 'bash', 'sleep', 'mkfifo', 'du', 'kill']) {
      writeFileSync(join(tools, name), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    }
    const { environment } = build.options('bubblewrap');
    const hostile = {
      ...environment,
      PATH: `${tools}:${build.data}:${environment.PATH}`,
      'BASH_FUNC_kill%%': `() { touch ${proof}; }`,
    };
    shell = await build.open('bubblewrap', { environment: hostile });
    await shell.run('exit 0');
    await shell.close();
    await expect(async () => readFileSync(proof)).rejects.toThrow('ENOENT');
  });

  test('only programs of the build have its environment', async () => {
    await shell?.close();
    const environment = { ...build.options('bubblewrap').environment, LD_PRELOAD: '/no-such-library' };
    shell = await build.open('bubblewrap', { environment });
    // The one that complains is the shell of the session.
    expect(build.output.stderr.match(/no-such-library/g)?.length ?? 0).toBeLessThan(2);
  });

  test('the environment stands on no command line', async () => {
    await shell?.close();
    const environment = { ...build.options('bubblewrap').environment, SECRET: 'a-very-secret-value' };
    shell = await build.open('bubblewrap', { environment });
    expect(commandLines().filter((line) => line.includes('bwrap')).length).toBeGreaterThan(0);
    expect(commandLines().filter((line) => line.includes('a-very-secret-value'))).toEqual([]);
    expect(await read('echo $SECRET')).toBe('a-very-secret-value\n');
  });
});
