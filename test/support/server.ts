import { AmplifyClient, type AmplifyClientConfig } from '@aws-sdk/client-amplify';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Backline, type BacklineOptions, startBackline } from '../../src/index.ts';
import { onEachDatabase } from './databases.ts';

export const account = '123456789012';

/** The vendor's client, pointed at a server. It does not retry, so a test sees the first answer. */
export function clientFor(endpoint: string, changes: AmplifyClientConfig = {}): AmplifyClient {
  return new AmplifyClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    ...changes,
  });
}

export interface Subject {
  /** The vendor's client, for the default account in us-east-1. */
  readonly client: AmplifyClient;
  readonly endpoint: string;
}

/**
 * Runs a suite on every database, with one server for the suite that is reset after each test.
 * @param options settings of the server, such as quotas
 * @param suite gets a function that returns the subject; call it within a test
 */
export function withServer(
  name: string,
  options: BacklineOptions,
  suite: (subject: () => Subject) => void,
): void {
  onEachDatabase(name, (createPlace) => {
    let backline: Backline;
    let subject: Subject;
    beforeAll(async () => {
      const place = await createPlace();
      backline = await startBackline({ ...place.options, ...options });
      subject = { endpoint: backline.endpoint, client: clientFor(backline.endpoint) };
    });
    afterEach(() => backline.reset());
    afterAll(async () => {
      subject.client.destroy();
      await backline.close();
    });
    suite(() => subject);
  });
}
