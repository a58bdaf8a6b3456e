import { type Document, isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';

/** The maps that a map merges; undefined for what is none. */
export function mergedMaps(document: Document, { value }: Pair): (YAMLMap | undefined)[] {
  const source = isAlias(value) ? value.resolve(document) : value;
  const parts = isSeq(source) ? source.items : [source];
  return parts.map((part) => {
    const map = isAlias(part) ? part.resolve(document) : part;
    return isMap(map) ? map : undefined;
  });
}

/** Whether a pair is `<<: …`. */
export function isMerge({ key }: Pair): boolean {
  return isScalar(key) && typeof key.value === 'symbol';
}
