import type { Readable } from 'node:stream';

/**
 * The session of a build: takes commands, each ended by NUL, evaluates them one after the other, and tells the status
 * of each in a line; the first line says that it is ready. Its channels are out of the way of what scripts use, and
 * closed for the commands. What it does between two commands is not traced by their `set -x`.
 *
 * It becomes one line, so that messages of the shell count the lines of the command. The outer loop is for a `break`
 * of the command, the `export -n` for its `set -a`.
 */
export const driver = `
exec 200<&4 201>&5 4<&- 5<&-;
while :; do
while {
builtin printf '%s\\n' "$?" >&201;
case $- in *x*) __backline_trace='set -x;' ;; *) __backline_trace= ;; esac;
set +x;
IFS= builtin read -r -d '' -u 200 __backline_command;
__backline_status=$?;
builtin export -n __backline_command __backline_trace __backline_status;
builtin test "$__backline_status" = 0;
} >/dev/null 2>&1 || builtin exit 0; do
builtin eval "$__backline_trace $__backline_command" 200<&- 201>&-;
done;
done`
  .trim()
  .replaceAll('\n', ' ');

/** The statuses that a driver tells. Lines that nobody waits for are dropped: they are the build's own doing. */
export function readStatuses(channel: Readable): { next(): Promise<number> } {
  let rest = '';
  let waiting: ((status: number) => void) | undefined;
  channel.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = (lines.pop() ?? '').slice(-8);
    for (const line of lines) {
      if (!/^\d{1,3}$/.test(line)) continue;
      waiting?.(Number(line));
      waiting = undefined;
    }
  });
  return {
    next: () =>
      new Promise((resolve) => {
        waiting = resolve;
      }),
  };
}
