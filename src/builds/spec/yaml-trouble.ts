import { type Document, isAlias, isScalar, visit } from 'yaml';
import { isMerge, mergedMaps } from './yaml-merges.ts';

/** What is wrong with a document, and the node that it is wrong with. */
export interface Trouble {
  readonly why: string;
  readonly node: unknown;
}

/** Each alias is looked for in the whole document. Backline's choice; a build spec has a handful. */
const mostNames = 100;

/** What the library would refuse without saying where, or take much time for. */
export function findTrouble(document: Document): Trouble | undefined {
  return findUnclear(document) ?? findWrongMerge(document);
}

function findUnclear(document: Document): Trouble | undefined {
  const anchors = new Set<string>();
  let names = 0;
  let trouble: Trouble | undefined;
  const stop = (why: string, node: unknown) => {
    trouble = { why, node };
    return visit.BREAK;
  };
  visit(document, {
    Pair: (_key, { key }) => (key === null || isScalar(key) ? undefined : stop('A key has to be text', key)),
    Alias: (_key, alias) => {
      if (++names > mostNames) return stop(tooMany, alias);
      return anchors.has(alias.source) ? undefined : stop('There is no such anchor before this alias', alias);
    },
    Value: (_key, node) => {
      if (!node.anchor) return undefined;
      anchors.add(node.anchor);
      return ++names > mostNames ? stop(tooMany, node) : undefined;
    },
  });
  return trouble;
}

const tooMany = `There are more than ${mostNames} anchors and aliases`;

function findWrongMerge(document: Document): Trouble | undefined {
  let trouble: Trouble | undefined;
  visit(document, {
    Pair: (_key, pair) => {
      if (!isMerge(pair) || !mergedMaps(document, pair).includes(undefined)) return undefined;
      trouble = { why: 'Only maps can be merged', node: isAlias(pair.value) ? pair.value : pair.key };
      return visit.BREAK;
    },
  });
  return trouble;
}
