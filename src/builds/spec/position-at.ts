import type { LineCounter } from 'yaml';
import type { Position } from './yaml-problem.ts';

/** @param offset in characters of the text that the lines were counted in */
export function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
