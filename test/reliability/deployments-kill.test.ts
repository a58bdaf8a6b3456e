import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { CreateDeploymentCommand } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { present } from '../support/amplify.ts';
import { onEachKeptDatabase } from '../support/databases.ts';
import {
  deploy,
  getJob,
  prepare,
  seeJob,
  start,
  startFrom,
  upload,
  waitForEnd,
  waitForStep,
} from '../support/deployments.ts';
import { startHttpSource } from '../support/http-source.ts';
import { pollUntil } from '../support/poll.ts';
import { flagsOf } from '../support/process.ts';
import { zipOf } from '../support/zip.ts';
import {
  createWatchedSite,
  filesOf,
  KilledServer,
  versionOf,
  type WatchedSite,
  watchVisitors,
} from './killed-server.ts';

/** 90 megabytes that are cheap to pack and to upload, but take a while to unpack and to verify. */
const photo = Buffer.concat(Array<Buffer>(350).fill(randomBytes(3000)));
const photos = Object.fromEntries(Array.from({ length: 90 }, (_, at) => [`photo-${at}.jpg`, photo]));

/** An archive of which only half comes until it is released; one that is lost then is gone. */
async function startSlowSource(archives: Readonly<Record<string, Buffer | 'lost'>>) {
  let isReleased = false;
  const source = await startHttpSource(
    Object.fromEntries(
      Object.entries(archives).map(([path, body]) => [
        path,
        (_request, response) => {
          if (isReleased && body === 'lost') return void response.writeHead(410).end();
          const bytes = body === 'lost' ? Buffer.alloc(1000) : body;
          response.writeHead(200, { 'content-length': bytes.length });
          if (isReleased) response.end(bytes);
          else response.write(bytes.subarray(0, bytes.length / 2));
        },
      ]),
    ),
  );
  return {
    ...source,
    addressOf: (path: string) => source.origin + path,
    release: () => {
      isReleased = true;
    },
  };
}

/** Sends half of an upload and waits until the server has begun to take it. */
async function uploadHalf(url: string, archive: Buffer): Promise<void> {
  const sent = request(url, {
    method: 'PUT',
    headers: { 'content-length': archive.length, expect: '100-continue' },
  });
  sent.on('error', () => {});
  sent.flushHeaders();
  await once(sent, 'continue');
  sent.write(archive.subarray(0, archive.length / 2));
}

async function logOf(site: WatchedSite): Promise<string> {
  const { steps } = await getJob(site.client, present(site.job));
  const url = steps?.[0]?.logUrl;
  return url === undefined ? '' : (await fetch(url)).text();
}

/** Whatever happened in between: each job has ended, and visitors get what that means, wholly. */
async function expectEnds(endpoint: string, sites: readonly WatchedSite[], mayFail: readonly WatchedSite[]) {
  for (const site of sites) {
    const { status, steps } = await waitForEnd(site.client, present(site.job));
    const reasons = steps.map(({ statusReason }) => statusReason).filter((reason) => reason !== undefined);
    const name = site.branch.branchName;
    if (mayFail.includes(site)) {
      expect({ name, status }).toEqual({ name, status: 'FAILED' });
      expect(reasons).toEqual([expect.stringMatching(/\S/)]);
    } else expect({ name, status, reasons }).toEqual({ name, status: 'SUCCEED', reasons: [] });
    const version = await versionOf(endpoint, site);
    expect({ name, version }).toEqual({ name, version: status === 'SUCCEED' ? site.next : site.old });
  }
}

onEachKeptDatabase('kill -9 in a deployment', (createPlace) => {
  const begin = async (count: number, account = (at: number) => String(111_122_223_330 + at)) => {
    const server = await KilledServer.start(flagsOf(await createPlace()));
    const clients = Array.from({ length: count }, (_, at) => server.clientOf(account(at)));
    const sites = await Promise.all(clients.map((client, at) => createWatchedSite(client, `site-${at}`)));
    return { server, sites, visitors: watchVisitors(server, sites) };
  };
  type Started = Awaited<ReturnType<typeof begin>>;

  const finish = async ({ server, sites, visitors }: Started, failing: readonly WatchedSite[] = []) => {
    await expectEnds(server.endpoint, sites, failing);
    const { problems, visits } = await visitors.end();
    expect(problems).toEqual([]);
    expect(visits).toBeGreaterThan(sites.length);
    // Nothing is in the way of the next deployment.
    for (const { client, branch, next } of sites) await deploy(client, branch, filesOf(`${next}-2`));
    await server.stop();
  };

  // Together, as each waits for leases to be over.
  test.concurrent('before it was started: the upload and the start are good after it', {
    timeout: 120_000,
  }, async () => {
    const run = await begin(3);
    const archives = await Promise.all(run.sites.map(({ next }) => zipOf(filesOf(next))));
    const urls: string[] = [];
    for (const [at, site] of run.sites.entries()) {
      const { jobId, zipUploadUrl } = await site.client.send(new CreateDeploymentCommand(site.branch));
      site.job = { ...site.branch, jobId: present(jobId) };
      urls.push(present(zipUploadUrl));
      if (at === 1) await uploadHalf(present(zipUploadUrl), present(archives[at]));
      if (at === 2) await upload(zipUploadUrl, present(archives[at]));
    }
    await run.server.kill();
    for (const [at, { client, job }] of run.sites.entries()) {
      const key = present(job);
      if (at < 2) {
        await expect(start(client, key)).rejects.toThrow();
        await upload(urls[at], present(archives[at]));
      }
      await start(client, key);
    }
    await finish(run);
  });

  test.concurrent('while it waits and while it fetches: it is taken up again', {
    timeout: 120_000,
  }, async () => {
    // All of one account, which has five places.
    const run = await begin(6, () => '111122223333');
    const lost = present(run.sites[1]);
    const archives = run.sites.map(async (site): Promise<[string, Buffer | 'lost']> => {
      const archive = site === lost ? 'lost' : await zipOf(filesOf(site.next));
      return [`/${site.next}.zip`, archive];
    });
    const source = await startSlowSource(Object.fromEntries(await Promise.all(archives)));
    for (const site of run.sites) {
      site.job = await startFrom(site.client, site.branch, source.addressOf(`/${site.next}.zip`));
    }
    const waits = { status: 'PENDING', steps: [] };
    const fetches = { status: 'RUNNING', steps: [{ stepName: 'DEPLOY', status: 'RUNNING' }] };
    const states = () => Promise.all(run.sites.map(({ client, job }) => seeJob(client, present(job))));
    await pollUntil(states, (seen) => seen.filter(({ status }) => status === 'RUNNING').length === 5);
    await pollUntil(
      () => Promise.all(run.sites.slice(0, 5).map(logOf)),
      (logs) => logs.every((log) => log.includes('/site-')),
    );
    await run.server.kill();
    expect(await states()).toMatchObject([...Array(5).fill(fetches), waits]);
    source.release();
    await finish(run, [lost]);
    await source.close();
  });

  test.concurrent('while it unpacks, and while it verifies: it is taken up again', {
    timeout: 240_000,
  }, async () => {
    const run = await begin(2);
    const [unpacking, verifying] = [present(run.sites[0]), present(run.sites[1])];

    /** Deploys and kills the server when the job is there; again, if it was over by then. */
    const killIn = async (step: string, site: WatchedSite, untilThere: () => Promise<unknown>) => {
      const archive = await zipOf({ ...filesOf(site.next), ...photos });
      for (let attempt = 1; ; attempt++) {
        site.job = await start(site.client, await prepare(site.client, site.branch, archive));
        await untilThere();
        await run.server.kill();
        const seen = await seeJob(site.client, site.job);
        const last = seen.steps.at(-1);
        if ((last?.stepName === step && last.status === 'RUNNING') || attempt === 5) return seen;
        await waitForEnd(site.client, site.job);
      }
    };

    const unpacks = await killIn('DEPLOY', unpacking, () =>
      pollUntil(
        () => logOf(unpacking),
        (log) => log.includes('Got archive:'),
      ),
    );
    expect(unpacks).toMatchObject({
      status: 'RUNNING',
      steps: [{ stepName: 'DEPLOY', status: 'RUNNING' }],
    });
    const verifies = await killIn('VERIFY', verifying, () =>
      waitForStep(verifying.client, present(verifying.job), 'VERIFY'),
    );
    expect(verifies).toMatchObject({
      status: 'RUNNING',
      steps: [
        { stepName: 'DEPLOY', status: 'SUCCEED' },
        { stepName: 'VERIFY', status: 'RUNNING' },
      ],
    });
    await waitForEnd(unpacking.client, present(unpacking.job));
    expect(await logOf(unpacking)).toContain('Starting again.');
    await finish(run);
  });

  test.concurrent('at any moment around the switch: visitors get the one or the other', {
    timeout: 180_000,
  }, async () => {
    const run = await begin(4);
    for (const site of run.sites) {
      site.job = await prepare(site.client, site.branch, await zipOf(filesOf(site.next)));
    }
    for (const { client, job } of run.sites) {
      await start(client, present(job));
      if (Math.random() < 0.7) await waitForStep(client, present(job), 'DEPLOY');
      await setTimeout(Math.random() * 100);
      await run.server.kill();
    }
    await finish(run);
  });
});
