import type { ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { type HttpSource, startHttpSource } from './http-source.ts';

export interface SlowSource extends HttpSource {
  /** Where the archive of a name is. */
  url(name: string): string;
  /** Which archives were asked for, in the order of the requests. */
  asked(): string[];
  /** Sends an archive to whoever waits for it, or fails them without one. */
  finish(name: string, archive?: Buffer): void;
}

/** A server whose archives begin, and end only when the test says so. It is closed when the test ends. */
export async function startSlowSource(names: readonly string[] = ['site']): Promise<SlowSource> {
  const waiting = new Map<string, ServerResponse>();
  const answers = names.map((name) => {
    const answer = (_request: unknown, response: ServerResponse) => {
      response.writeHead(200).flushHeaders();
      waiting.set(name, response);
    };
    return [`/${name}.zip`, answer] as const;
  });
  const source = await startHttpSource(Object.fromEntries(answers));
  onTestFinished(() => source.close());
  return {
    ...source,
    url: (name) => `${source.origin}/${name}.zip`,
    asked: () => source.requests.map(({ url }) => (url ?? '').replace(/^\/|\.zip$/g, '')),
    finish: (name, archive) => {
      if (archive) waiting.get(name)?.end(archive);
      else waiting.get(name)?.destroy();
    },
  };
}
