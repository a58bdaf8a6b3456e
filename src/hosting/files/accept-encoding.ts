import { LRUCache } from 'lru-cache';
import type { Compressed, SiteFile } from '../../domain/site-tree.ts';

export type Encoding = 'br' | 'gzip' | 'identity';

type Weights = Readonly<Record<Encoding, number>>;

/** Browsers send few different ones. */
const known = new LRUCache<string, Weights>({ max: 200 });
const knownLimit = 200;

/**
 * The form of a file that a visitor likes best of those that there are: by the weights of Accept-Encoding, and
 * where they are equal Brotli before gzip before the plain file. What accepts nothing gets the plain file.
 */
export function chooseEncoding(file: SiteFile, header: string | undefined): Encoding {
  if (header === undefined || (file.brotli === undefined && file.gzip === undefined)) return 'identity';
  const weights = weightsOf(header);
  const br = file.brotli === undefined ? 0 : weights.br;
  const gzip = file.gzip === undefined ? 0 : weights.gzip;
  if (br > 0 && br >= gzip && br >= weights.identity) return 'br';
  return gzip > 0 && gzip >= weights.identity ? 'gzip' : 'identity';
}

/** The blob of a file in this form. */
export function bodyOf(file: SiteFile, encoding: Encoding): Compressed {
  if (encoding === 'br') return file.brotli ?? file;
  return encoding === 'gzip' ? (file.gzip ?? file) : file;
}

function weightsOf(header: string): Weights {
  const found = known.get(header);
  if (found !== undefined) return found;
  const weights = readWeights(header);
  if (header.length <= knownLimit) known.set(header, weights);
  return weights;
}

/** What is not named is not wanted, except for the plain form, which is the last choice. */
function readWeights(header: string): Weights {
  const named = new Map<string, number>();
  for (const item of header.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = item.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    named.set(coding === 'x-gzip' ? 'gzip' : coding, weight === undefined ? 1 : readWeight(weight.slice(2)));
  }
  const others = named.get('*');
  return {
    br: named.get('br') ?? others ?? 0,
    gzip: named.get('gzip') ?? others ?? 0,
    identity: named.get('identity') ?? others ?? 0.0001,
  };
}

function readWeight(text: string): number {
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}
