import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { join } from 'node:path';
import { rollBack } from '../src/builds/rollback.ts';
import { openStore } from '../src/store/open.ts';
import { type Branch, createBranch, deploy, pageOf, zipOf } from './deployed.ts';
import { serve } from './processes.ts';
import { median, print } from './report.ts';

const rounds = 5;
const fileCount = 1500;

/** A deployment of many files, and going back from one to another. */
export async function benchDeploy(program: string, folder: string): Promise<void> {
  const data = join(folder, 'deploy');
  const server = await serve(process.execPath, [program, '--port', '0', '--data', data]);
  const taken: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // Files that no deployment had before, so that nothing is there already.
    const names = Array.from({ length: fileCount }, (_, number) => `page-${number}.html`);
    const archive = await zipOf(Object.fromEntries(names.map((name) => [name, pageOf(4000)])));
    taken.push(await deploy(await createBranch(server.endpoint), archive));
  }
  const switches = await rollBacks(await createBranch(server.endpoint), server.endpoint, data);
  print('Deployments', [
    {
      what: `${fileCount} files of 4 kB, from StartDeployment to SUCCEED`,
      value: median(taken),
      unit: 'ms',
      atMost: 3000,
    },
    { what: 'rollback, until a visitor gets the other', value: median(switches), unit: 'ms', atMost: 50 },
  ]);
  await server.stop();
}

/** The branch is moved by another process than the server, as `backline rollback` does. */
async function rollBacks(branch: Branch, endpoint: string, data: string): Promise<number[]> {
  for (const version of ['one', 'two']) {
    await deploy(branch, await zipOf({ 'index.html': Buffer.from(version) }));
  }
  const store = await openStore({ ephemeral: false, data });
  const taken: number[] = [];
  for (let turn = 0; turn < 10; turn++) {
    const { appId, branchName } = branch;
    const [toJobId, wanted] = turn % 2 === 0 ? [1, 'one'] : [2, 'two'];
    const startedAt = performance.now();
    await rollBack(store, { appId, branchName, toJobId, at: Date.now(), random: randomBytes(16) });
    for (let look = 0; look < 1000 && (await bodyOf(endpoint, branch.host)) !== wanted; look++);
    taken.push(performance.now() - startedAt);
  }
  await store.close();
  return taken;
}

function bodyOf(endpoint: string, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(`${endpoint}/`, { headers: { host } }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      answer.on('end', () => resolve(body));
    })
      .on('error', reject)
      .end();
  });
}
