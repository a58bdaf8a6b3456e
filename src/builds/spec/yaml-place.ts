import { type Document, isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';
import type { Path } from '../../domain/build-spec/spec-problem.ts';
import { isMerge, mergedMaps } from './yaml-merges.ts';

/** The node at a path; where there is none, the last one on the way. */
export function nodeAt(document: Document, path: Path): unknown {
  let node: unknown = document.contents;
  for (const step of path) {
    const next = childOf(document, node, step);
    if (next === undefined) break;
    node = next;
  }
  return node;
}

/** Where a node begins, in characters of the text. */
export function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** @param depth of the maps that were merged on the way: they may go in a circle */
function childOf(document: Document, parent: unknown, step: string | number, depth = 0): unknown {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (isSeq(node)) return node.items[Number(step)];
  if (!isMap(node) || depth > 10) return undefined;
  // Of a key that is there twice the last one counts.
  const own = node.items.findLast(({ key }) => isScalar(key) && String(key.value) === step);
  if (own) return own.value ?? own.key;
  return node.items
    .filter(isMerge)
    .flatMap((pair) => mergedMaps(document, pair))
    .map((map) => childOf(document, map, step, depth + 1))
    .find((found) => found !== undefined);
}
