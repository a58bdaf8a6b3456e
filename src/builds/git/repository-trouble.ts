import { BuildFailed } from '../build-failed.ts';
import { shorten } from '../sources/source-url.ts';

/** The repository is elsewhere by now, and git was not to follow. */
export class RepositoryMoved extends BuildFailed {}

/** A repository that cannot be used. Seen on AWS, where the brackets are not there. @param detail why */
export function repositoryTrouble(detail: string): BuildFailed {
  return new BuildFailed(messageOf(detail));
}

const messageOf = (detail: string) =>
  `There was an issue setting up your repository. Please try again later.(${shorten(detail)})`;

/** Why git failed. @param errors what it wrote to stderr, without secrets */
export function troubleOf(errors: string): BuildFailed {
  const lines = errors.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => /^(?:fatal|error|ERROR):/.test(line));
  const reason = (whyLost(lines, last) ?? lines.at(last) ?? 'git says nothing').trim();
  const isMoved = /The requested URL returned error: 30[1278]$/.test(reason);
  return isMoved ? new RepositoryMoved(messageOf(reason)) : repositoryTrouble(reason);
}

/** Of a lost connection, what came before says why: what ended the other side, else the line before. */
function whyLost(lines: readonly string[], last: number): string | undefined {
  if (!/^fatal: Could not read from remote/.test(lines[last] ?? '')) return undefined;
  const before = lines.slice(0, last);
  return before.findLast((line) => line.startsWith('fatal:')) ?? before.at(-1);
}
