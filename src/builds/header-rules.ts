import { parseDocument } from 'yaml';
import type { Blobs } from '../blobs/blobs.ts';
import { type HeaderRule, readHeaderRules } from '../domain/custom-headers.ts';
import type { SiteTree } from '../domain/site-tree.ts';
import type { StepLog } from './job-logs.ts';

/** Where a deployment says which headers it wants. AWS documentation: "Custom header YAML format". */
export const headerFile = 'customHttp.yml';
/** In bytes: reading it must not hold up the server. An app may have 25,000 characters. */
const fileLimit = 65_536;

interface HeaderSources {
  /** The file, where there is one: its size in bytes and its text. */
  readonly file: { readonly size: number; read(): Promise<string> } | undefined;
  /** What the app says, where there is no file. */
  readonly customHeaders: string | undefined;
  /** What the build spec says, where the app says nothing either. AWS documentation: deprecated. */
  readonly specHeaders?: unknown;
  /** Which application of a monorepo is meant. */
  readonly appRoot: string | undefined;
  readonly log: StepLog;
}

/** The file of a deployment. */
export function headerFileOf(blobs: Blobs, tree: SiteTree): HeaderSources['file'] {
  const file = tree.get(headerFile);
  return file && { size: file.size, read: async () => (await blobs.read(file.hash)).toString('utf8') };
}

/**
 * The custom headers that a deployment is served with from then on: those of its own file, else the app's. A
 * file that cannot be read leaves the deployment without, as on AWS: the log says so, and the job goes on.
 */
export async function readHeaders(sources: HeaderSources): Promise<readonly HeaderRule[]> {
  const { file, customHeaders, specHeaders, appRoot, log } = sources;
  if (!file && !customHeaders && specHeaders === undefined) {
    log.info('# No custom headers found.');
    return [];
  }
  log.info('# Found custom headers config file.');
  const invalid = (problem: string) => {
    log.warning(`!!Invalid custom header config file. ${problem}`);
    return [];
  };
  if (file && file.size > fileLimit) return invalid(`It is larger than ${fileLimit} bytes`);
  const text = file ? await file.read() : customHeaders || undefined;
  const parsed = text === undefined ? { value: { customHeaders: specHeaders } } : parseYaml(text);
  if ('problem' in parsed) return invalid(parsed.problem);
  const read = readHeaderRules(parsed.value, appRoot);
  if ('problem' in read) return invalid(read.problem);
  for (const dropped of read.dropped) log.warning(`${dropped} is left out: HTTP does not allow it here.`);
  if (file) log.info(`Found ${headerFile}, applying custom headers...`);
  return read.rules;
}

function parseYaml(text: string): { value: unknown } | { problem: string } {
  try {
    // Looking for keys that are there twice takes time that grows with the square of their number.
    const document = parseDocument(text, { uniqueKeys: false });
    const [error] = document.errors;
    if (error) return { problem: error.message.split('\n', 1)[0] ?? '' };
    // An alias that stands for too much is refused, so that a small file cannot become a large one.
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    return { problem: (error as Error).message.split('\n', 1)[0] ?? '' };
  }
}
