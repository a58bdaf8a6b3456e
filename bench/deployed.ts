import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { anyCredentials, call, createApp, type Target } from './requests.ts';

/** A branch on a server, with what its next deployments are made of. */
export interface Branch {
  readonly target: Target;
  readonly appId: string;
  readonly branchName: string;
  /** The Host under which it is served. */
  readonly host: string;
}

export async function createBranch(endpoint: string, settings: object = {}): Promise<Branch> {
  const target: Target = { endpoint, credentials: anyCredentials };
  const appId = await createApp(target, 'bench');
  if (Object.keys(settings).length > 0) await call(target, 'POST', `/apps/${appId}`, settings);
  await call(target, 'POST', `/apps/${appId}/branches`, { branchName: 'main' });
  return { target, appId, branchName: 'main', host: `main.${appId}.localhost` };
}

/** Uploads an archive and starts it. @returns how long it took from the start to SUCCEED, in milliseconds */
export async function deploy({ target, appId, branchName }: Branch, archive: Buffer): Promise<number> {
  const path = `/apps/${appId}/branches/${branchName}`;
  const { jobId, zipUploadUrl } = JSON.parse(await call(target, 'POST', `${path}/deployments`, {}));
  const uploaded = await fetch(zipUploadUrl, { method: 'PUT', body: new Uint8Array(archive) });
  if (!uploaded.ok) throw new Error(`The upload was answered with ${uploaded.status}.`);
  const startedAt = performance.now();
  await call(target, 'POST', `${path}/deployments/start`, { jobId });
  await ended(target, `${path}/jobs/${jobId}`);
  return performance.now() - startedAt;
}

/** Waits until a job has succeeded. */
export async function ended(target: Target, path: string): Promise<void> {
  for (let look = 0; look < 6000; look++) {
    const { job } = JSON.parse(await call(target, 'GET', path));
    if (job.summary.status === 'SUCCEED') return;
    if (job.summary.status === 'FAILED') throw new Error(JSON.stringify(job.steps));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('The job did not end.');
}

export async function zipOf(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, body] of Object.entries(files)) zip.addBuffer(body, name);
  zip.end();
  return buffer(zip.outputStream);
}

/** Text of about that many bytes that compresses as pages do. */
export function pageOf(size: number): Buffer {
  let text = '<!doctype html><title>Shop</title>\n';
  while (text.length < size) text += `<p class="item">${randomBytes(12).toString('hex')}</p>\n`;
  return Buffer.from(text.slice(0, size));
}
