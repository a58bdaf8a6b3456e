import { createHash } from 'node:crypto';
import type { SiteFile, SiteTree } from '../domain/site-tree.ts';

/** Fetches a file of a deployment that nobody else gets yet, over HTTP, as a visitor would. */
export type FetchDeployed = (
  tree: string,
  name: string,
  signal: AbortSignal,
) => Promise<{ status: number; body: AsyncIterable<Uint8Array> }>;

/** What was deployed is not what comes back. */
export class VerificationFailed extends Error {}

/** How many files are fetched: all of a small site, and of a large one as many, spread over its names. */
const mostFiles = 100;

/**
 * Fetches what was deployed and compares it with what was sent in. @returns how many files were fetched
 */
export async function verifyDeployment(
  fetchDeployed: FetchDeployed,
  deployment: { hash: string; tree: SiteTree },
  signal: AbortSignal,
): Promise<number> {
  const chosen = choose([...deployment.tree]);
  for (const [name, file] of chosen) {
    const { status, body } = await fetchDeployed(deployment.hash, name, signal);
    const { size, hash } = await measure(body);
    if (status !== 200) throw new VerificationFailed(`${name} answers with status ${status}.`);
    if (size !== file.size || hash !== file.hash) {
      throw new VerificationFailed(`${name} does not come back as it was deployed.`);
    }
  }
  return chosen.length;
}

function choose(files: readonly [string, SiteFile][]): readonly [string, SiteFile][] {
  if (files.length <= mostFiles) return files;
  const step = files.length / mostFiles;
  const spread = Array.from({ length: mostFiles }, (_, number) => files[Math.floor(number * step)]);
  const index = files.find(([name]) => name === 'index.html');
  return [
    ...(index ? [index] : []),
    ...spread.filter((file) => file !== undefined && file !== index),
  ] as never;
}

async function measure(body: AsyncIterable<Uint8Array>): Promise<{ size: number; hash: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, hash: hash.digest('hex') };
}
