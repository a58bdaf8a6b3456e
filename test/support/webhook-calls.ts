import { type OutgoingHttpHeaders, request } from 'node:http';

/** The answer to a call of a webhook's address, as it came over the wire. */
export interface CallAnswer {
  status: number | undefined;
  errorType: string | string[] | undefined;
  body: unknown;
}

interface Call {
  method?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
  /** The body is begun and never ends. */
  isEndless?: boolean;
}

/** Calls the address of a webhook as the world outside does: unsigned. */
export function callWebhook(url: string, call: Call = {}): Promise<CallAnswer> {
  const { method = 'POST', headers = {}, body, isEndless = false } = call;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        sent.destroy();
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({
          status: response.statusCode,
          errorType: response.headers['x-amzn-errortype'],
          body: text === '' ? undefined : JSON.parse(text),
        });
      });
    });
    sent.on('error', reject);
    if (body !== undefined) sent.write(body);
    if (isEndless) sent.flushHeaders();
    else sent.end();
  });
}

/** The same address with other values in its query; `undefined` takes a parameter out. */
export function alteredUrl(url: string, changes: Record<string, string | undefined>): string {
  const altered = new URL(url);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) altered.searchParams.delete(name);
    else altered.searchParams.set(name, value);
  }
  return altered.href;
}
