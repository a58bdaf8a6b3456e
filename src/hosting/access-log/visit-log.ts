import type { Socket } from 'node:net';
import type { Visit } from '../visit.ts';
import type { AccessLog } from './access-log.ts';
import { accessLogLine, contentColumns } from './access-log-line.ts';

/** Writes the line of a visit when it is over, also when the visitor leaves early. */
export type VisitLog = (visit: Visit, appId: string) => void;

interface Traffic {
  in: number;
  out: number;
}

/**
 * The bytes are counted by connection: of requests that are sent without waiting for answers, only the sum is
 * right.
 * @param now epoch milliseconds
 */
export function createVisitLog(log: AccessLog, now: () => number): VisitLog {
  /** What had passed through a connection when its last request was over. */
  const passed = new WeakMap<Socket, Traffic>();

  const trafficOf = (socket: Socket): Traffic => {
    const before = passed.get(socket);
    const { bytesRead, bytesWritten } = socket;
    if (before === undefined) {
      passed.set(socket, { in: bytesRead, out: bytesWritten });
      return { in: bytesRead, out: bytesWritten };
    }
    const traffic = { in: bytesRead - before.in, out: bytesWritten - before.out };
    before.in = bytesRead;
    before.out = bytesWritten;
    return traffic;
  };

  return (visit, appId) => {
    const startedAt = performance.now();
    visit.response.on('close', () => {
      const at = now();
      const seconds = (performance.now() - startedAt) / 1000;
      log.write(appId, at, lineOf(visit, at, seconds, trafficOf(visit.request.socket)));
    });
  };
}

function lineOf(visit: Visit, at: number, seconds: number, traffic: Traffic): string {
  const { request, headers } = visit;
  const { url = '', socket } = request;
  const mark = url.indexOf('?');
  return accessLogLine({
    at,
    seconds,
    clientAddress: visit.client.address,
    clientPort: socket.remotePort,
    method: request.method ?? '',
    host: visit.host,
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    protocol: visit.client.protocol,
    httpVersion: request.httpVersion,
    status: visit.status,
    referer: headers.referer,
    userAgent: headers['user-agent'],
    cookie: headers.cookie,
    forwardedFor: headers['x-forwarded-for'] as string | undefined,
    bytesIn: traffic.in,
    bytesOut: traffic.out,
    content: contentOf(visit.sent),
  });
}

interface Content {
  type?: string | undefined;
  length?: string | undefined;
  start?: string | undefined;
  end?: string | undefined;
}

/** Answers that are alike share their head. */
const contents = new WeakMap<readonly string[], string>();

/** What a head says of the content. */
function contentOf(head: readonly string[]): string {
  const known = contents.get(head);
  if (known !== undefined) return known;
  const content: Content = {};
  for (let index = 0; index < head.length; index += 2) {
    const name = head[index]?.toLowerCase();
    const value = head[index + 1] ?? '';
    if (name === 'content-type') content.type = value;
    if (name === 'content-length') content.length = value;
    if (name === 'content-range') [, content.start, content.end] = /^bytes (\d+)-(\d+)\//.exec(value) ?? [];
  }
  const columns = contentColumns(content);
  contents.set(head, columns);
  return columns;
}
