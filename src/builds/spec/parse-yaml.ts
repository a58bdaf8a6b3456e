import { Composer, type Document, LineCounter } from 'yaml';
import type { Path } from '../../domain/build-spec/spec-problem.ts';
import { boundedTokens } from './bounded-tokens.ts';
import { positionAt } from './position-at.ts';
import { nodeAt, offsetOf } from './yaml-place.ts';
import { type Position, YamlProblem } from './yaml-problem.ts';
import { findTrouble } from './yaml-trouble.ts';

export interface ParsedYaml {
  readonly value: unknown;
  /** Where the value at a path is written; where there is none, what it should be in. */
  positionOf(path: Path): Position | undefined;
}

/** Reads one YAML document from a text that nobody has to trust, with merge keys. Throws YamlProblem. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const positionOf = (node: unknown) => {
    const offset = offsetOf(node);
    return offset === undefined ? undefined : positionAt(lines, offset);
  };
  const document = compose(text, lines);
  const trouble = findTrouble(document);
  if (trouble) throw new YamlProblem(trouble.why, positionOf(trouble.node));
  try {
    // An alias that stands for too much is refused, so that a small file cannot become a large one.
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return { value, positionOf: (path) => positionOf(nodeAt(document, path)) };
  } catch (error) {
    throw new YamlProblem(oneLine(error), positionOf(document.contents));
  }
}

function compose(text: string, lines: LineCounter): Document {
  // Looking for keys that are there twice takes time that grows with the square of their number.
  const composer = new Composer({ uniqueKeys: false, merge: true, logLevel: 'error' });
  const [document, another] = composer.compose(boundedTokens(text, lines), true, text.length);
  const [error] = document?.errors ?? [];
  if (error) throw new YamlProblem(oneLine(error), positionAt(lines, error.pos[0]));
  if (another) throw new YamlProblem('There is a second document', positionAt(lines, another.range[0]));
  if (!document) throw new YamlProblem('There is no document');
  return document;
}

function oneLine(error: unknown): string {
  return (error as Error).message.slice(0, 200).replace(/\s+/g, ' ').trim();
}
