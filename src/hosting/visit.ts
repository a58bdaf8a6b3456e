import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Client } from './client.ts';
import { composeHead, type HeaderList } from './header-list.ts';
import type { Page } from './pages.ts';

/** One request on its way to its answer. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Answers in our place where the name is no site's. */
  readonly next?: () => void;
  /** As they came; the proxy replaces those of the request. */
  readonly headers: IncomingHttpHeaders;
  readonly client: Client;
  /** Lower-cased, without port. */
  readonly host: string;
  /** Whether the request announced a body. */
  readonly hasBody: boolean;
  /** Whether the server stops, so that the connection ends with this answer. */
  readonly closing: boolean;
  /** What went out, for the access log; 0 until something did. */
  status: number;
  sent: readonly string[];
}

/**
 * Writes the head of an answer. The list may be shared between answers: it is not changed. What is left of a
 * body that nobody reads is not waited for.
 */
export function sendHead(visit: Visit, status: number, head: readonly string[]): void {
  const isLast = visit.closing || (visit.hasBody && !visit.request.complete);
  const sent = isLast ? [...head, 'connection', 'close'] : head;
  visit.response.writeHead(status, sent as string[]);
  visit.status = status;
  visit.sent = sent;
}

/**
 * Answers at once. Node leaves the body out where the request is a HEAD. A visitor who has left gets nothing.
 * @param body bytes, or a text of which each character is one (latin1)
 */
export function send(visit: Visit, status: number, head: readonly string[], body?: Buffer | string): void {
  if (visit.response.destroyed) return;
  sendHead(visit, status, head);
  if (typeof body === 'string') visit.response.end(body, 'latin1');
  else visit.response.end(body);
}

/** Answers with a page. */
export function sendPage(visit: Visit, page: Page, site: HeaderList = [], extra: HeaderList = []): void {
  const own: HeaderList = [
    ['content-type', page.type],
    ['content-length', String(page.body.length)],
    ...extra,
  ];
  const firm = new Set(['content-type', 'content-encoding', ...extra.map(([name]) => name.toLowerCase())]);
  send(visit, page.status, composeHead(page.status, own, site, firm), page.body);
}
