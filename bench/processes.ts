import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Served {
  readonly endpoint: string;
  readonly pid: number;
  /** From the start of the process to its ready line, in milliseconds. */
  readonly readyAfter: number;
  stop(): Promise<void>;
}

/** Starts a server and waits for the line of its output that names its address. */
export async function serve(
  command: string,
  args: string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Served> {
  const startedAt = performance.now();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const endpoint = await addressOf(child);
  const readyAfter = performance.now() - startedAt;
  return {
    endpoint,
    pid: child.pid ?? 0,
    readyAfter,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk;
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
      if (!address) return;
      // From here on the output is read and dropped.
      child.stdout?.off('data', read).resume();
      child.stderr?.off('data', read).resume();
      resolve(address);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`The server ended: ${output}`)));
  });
}

/** Processor time that a process has used, in milliseconds. From Linux's /proc, in ticks of 10 ms. */
export function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Resident memory of a process, in MiB. */
export function residentMemory(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
