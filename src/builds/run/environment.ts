import { BuildFailed } from '../build-failed.ts';

/** The variable that marks the processes of a build, wherever they go. */
export const marker = 'BACKLINE_BUILD_ID';

/**
 * The mark of one program beside the session of a build, which has the id itself: ending the one must not end the
 * other. All of a build begin with its id.
 */
export function markOf(id: string, program: string): string {
  return `${id}.${program}`;
}

/** What a bash obeys before its first command, or when it waits for the next: a session begins without such orders. */
const orders = /^(?:TMOUT|BASH_ENV|ENV|SHELLOPTS|BASHOPTS|BASH_XTRACEFD|POSIXLY_CORRECT|BASH_FUNC_.*)$/s;

/**
 * The environment as programs get it: marked, and without what would change the shell itself.
 * @throws BuildFailed where a name or value cannot be handed to a program
 */
export function markedEnvironment(given: Readonly<Record<string, string>>, mark: string) {
  const kept = Object.entries(given).filter(([name]) => !orders.test(name));
  for (const [name, value] of kept) {
    if (name === '' || /[=\0]/.test(name) || value.includes('\0')) {
      throw new BuildFailed(`The environment variable ${JSON.stringify(name)} cannot be set.`);
    }
  }
  return { ...Object.fromEntries(kept), [marker]: mark };
}
