import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** A peer that serves a folder of files with one process, as it would be set up for a site. */
export interface Nginx {
  readonly endpoint: string;
  /** Of the process that answers. */
  readonly pid: number;
  stop(): void;
}

/** Starts Debian's nginx on a folder; undefined where there is none. */
export async function startNginx(root: string, folder: string): Promise<Nginx | undefined> {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(root, folder, port));
  execFileSync('nginx', ['-c', file, '-p', folder]);
  const master = Number(readFileSync(join(folder, 'nginx.pid'), 'utf8'));
  const children = readFileSync(`/proc/${master}/task/${master}/children`, 'utf8');
  return {
    endpoint: `http://127.0.0.1:${port}`,
    pid: Number(children.trim().split(' ')[0]),
    stop: () => process.kill(master, 'SIGTERM'),
  };
}

function configuration(root: string, folder: string, port: number): string {
  return `
    worker_processes 1;
    pid ${folder}/nginx.pid;
    error_log ${folder}/error.log;
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    events { worker_connections 512; }
    http {
      types { text/html html; application/javascript js; }
      access_log ${folder}/access.log;
      client_body_temp_path ${folder}/body;
      proxy_temp_path ${folder}/proxy;
      fastcgi_temp_path ${folder}/fastcgi;
      uwsgi_temp_path ${folder}/uwsgi;
      scgi_temp_path ${folder}/scgi;
      keepalive_requests 1000000;
      open_file_cache max=1000;
      server { listen 127.0.0.1:${port}; root ${root}; }
    }`;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
