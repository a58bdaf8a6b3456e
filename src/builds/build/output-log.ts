import { entrySize, type StepLog } from '../job-logs.ts';

/** How much the log of a build takes of the output of its commands, in characters (Backline's choice). */
const limit = 50_000_000;

/** Puts the output of commands into the log of the step that runs: what goes to standard error as a warning. */
export function createOutputLog(log: () => StepLog): (stream: 'stdout' | 'stderr', text: string) => void {
  let left = limit;
  return (stream, text) => {
    if (left < 0) return;
    left -= entrySize(text);
    if (left < 0) log().warning(`The output fills more than ${limit} characters: the rest is left out.`);
    else if (stream === 'stdout') log().info(text);
    else log().warning(text);
  };
}
