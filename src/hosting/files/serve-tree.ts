import { readSitePath } from '../../domain/site-path.ts';
import { plain } from '../pages.ts';
import type { SiteTrees } from '../site-trees.ts';
import { sendPage, type Visit } from '../visit.ts';
import { type FileSource, serveFile } from './serve-file.ts';

/** Marks a request of the server to itself, which looks at a deployment before visitors do. */
export const verifyHeader = 'x-backline-verify';

/** Serves one file of a tree by its exact name: without rules, custom headers and sign-in. */
export async function serveFromTree(
  visit: Visit,
  hash: string,
  trees: SiteTrees,
  source: FileSource,
): Promise<void> {
  const path = readSitePath(visit.request.url ?? '');
  if ('refused' in path) return sendPage(visit, plain(path.refused, 'This path is not served.'));
  const tree = trees.get(hash) ?? (await trees.read(hash));
  const file = tree.get(path.name);
  if (file === undefined) return sendPage(visit, plain(404, 'There is no such file.'));
  await serveFile(visit, { file, status: 200, site: [], heads: {} }, source);
}
