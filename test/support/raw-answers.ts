import { Readable } from 'node:stream';
import type { AmplifyClient } from '@aws-sdk/client-amplify';

/** Keeps the body of every answer as it came over the wire, before the client drops what it does not know. */
export function rawAnswersOf(client: AmplifyClient): string[] {
  const bodies: string[] = [];
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { body: Readable };
      const chunks: Buffer[] = [];
      for await (const chunk of response.body) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      bodies.push(body.toString('utf8'));
      response.body = Readable.from([body]);
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'keepRawAnswer' },
  );
  return bodies;
}
