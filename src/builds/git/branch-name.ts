/** In bytes of UTF-8 (Backline's choice). */
const longestName = 1000;

/** What no part of a ref may be. git documentation: git-check-ref-format. */
const forbidden = /[ \p{Cc}\p{Cs}~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)|^[-./]|[./]$|^@$/u;

/**
 * Whether a branch can have this name in git. One that cannot is never given to git, to which it could be an option
 * or a pattern.
 */
export function isBranchName(name: string): boolean {
  return name !== '' && Buffer.byteLength(name) <= longestName && !forbidden.test(name);
}
