import { describe, expect, test } from 'vitest';
import { headerCases } from './cases/header-cases.ts';
import type { HostingCase } from './cases/hosting-case.ts';
import { hostingCases } from './cases/index.ts';
import { host, type Reply, startSites } from './site-server.ts';

/** The cases that a decision passes on its own are answered the same over HTTP. */
for (const [name, cases] of Object.entries(hostingCases)) {
  describe(name, () => {
    test.each(cases.map((one) => [one.id, one] as const))('%s', async (_id, one) => {
      expect.hasAssertions();
      const targets: string[] = [];
      const sites = await startSites({
        ...(one.hostingRules && { hostingRules: one.hostingRules }),
        // The targets are made up: it is seen that they are asked, and nothing is.
        allowTarget: ({ href }) => targets.push(href) === 0,
      });
      const name = one.request.host ?? host;
      await sites.publish(name, { files: one.files, rules: one.rules as never });
      const { country, path } = one.request;
      const headers = country === undefined ? {} : { 'cloudfront-viewer-country': country };
      // The second answer is one that the server remembers.
      for (const reply of [
        await sites.ask(name, path, { headers }),
        await sites.ask(name, path, { headers }),
      ]) {
        check(one, reply, targets);
      }
      expect(sites.failures).toEqual([]);
    });
  });
}

function check({ expected, files }: HostingCase, reply: Reply, targets: string[]): void {
  if ('proxied' in expected) {
    expect([reply.status, targets.shift()]).toEqual([403, expected.proxied]);
    return;
  }
  expect(targets).toEqual([]);
  expect(reply.status).toBe(expected.status);
  expect(reply.headers.location).toBe('location' in expected ? expected.location : undefined);
  if ('file' in expected) expect(reply.body).toBe(files[expected.file]);
  if ('body' in expected) expect(reply.body).toBe(expected.body);
}

describe('custom headers', () => {
  test.each(headerCases.map((one) => [one.id, one] as const))('%s', async (_id, one) => {
    expect.hasAssertions();
    const names = one.rules.flatMap(({ headers }) => headers.map(({ key }) => key.toLowerCase()));
    for (const [path, wanted] of Object.entries(one.headers)) {
      const sites = await startSites();
      const file = decodeURIComponent(path).replace(/^\/|\/$/g, '');
      const files =
        file === '' || path.endsWith('/')
          ? { 'index.html': 'x', [`${file}/index.html`]: 'x' }
          : { [file]: 'x' };
      await sites.publish(host, { files, headers: one.rules });
      const reply = await sites.ask(host, path);
      const defaults =
        reply.status === 200 ? { 'cache-control': 'public, max-age=0, s-maxage=31536000' } : {};
      const all: Record<string, string> = { ...defaults };
      for (const [key, value] of Object.entries(wanted)) all[key.toLowerCase()] = value;
      const found = Object.entries(reply.headers).filter(([key]) => names.includes(key));
      expect(Object.fromEntries(found)).toEqual(
        Object.fromEntries(Object.entries(all).filter(([key]) => names.includes(key))),
      );
    }
  });
});
