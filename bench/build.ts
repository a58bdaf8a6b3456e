import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Branch, createBranch, ended } from './deployed.ts';
import { serve } from './processes.ts';
import { median, print } from './report.ts';
import { call } from './requests.ts';

const rounds = 7;

const spec = `version: 1
frontend:
  phases: { build: { commands: ['true'] } }
  artifacts: { baseDirectory: site, files: ['**/*'] }
`;

/** A build that does nothing, beside what it cannot do without: a clone and a shell. */
export async function benchBuild(program: string, folder: string): Promise<void> {
  const repository = createRepository(join(folder, 'repository'));
  const server = await serve(process.execPath, [program, '--port', '0', '--data', join(folder, 'build')]);
  const branch = await createBranch(server.endpoint, { repository: `file://${repository}` });
  const taken: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round++) {
    taken.push(await build(branch));
    bare.push(cloneAndRun(repository, join(folder, `clone-${round}`)));
  }
  print('Builds', [
    { what: 'nothing to do, from StartJob to SUCCEED', value: median(taken), unit: 'ms', atMost: 1000 },
    { what: 'the same / git clone and bash alone', value: median(taken) / median(bare), unit: '' },
  ]);
  await server.stop();
}

async function build({ target, appId, branchName }: Branch): Promise<number> {
  const path = `/apps/${appId}/branches/${branchName}`;
  const startedAt = performance.now();
  const { jobSummary } = JSON.parse(await call(target, 'POST', `${path}/jobs`, { jobType: 'RELEASE' }));
  await ended(target, `${path}/jobs/${jobSummary.jobId}`);
  return performance.now() - startedAt;
}

function cloneAndRun(repository: string, to: string): number {
  const startedAt = performance.now();
  git(['clone', '--quiet', `file://${repository}`, to]);
  execFileSync('bash', ['-c', 'true']);
  return performance.now() - startedAt;
}

function createRepository(folder: string): string {
  mkdirSync(join(folder, 'site'), { recursive: true });
  writeFileSync(join(folder, 'amplify.yml'), spec);
  writeFileSync(join(folder, 'site', 'index.html'), '<h1>Hello</h1>');
  git(['-C', folder, 'init', '--quiet', '--initial-branch=main']);
  git(['-C', folder, 'add', '.']);
  const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@backline.example'];
  git(['-C', folder, ...identity, 'commit', '--quiet', '--message=First']);
  return folder;
}

function git(args: readonly string[]): void {
  execFileSync('git', args);
}
