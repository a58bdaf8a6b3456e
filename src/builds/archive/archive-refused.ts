/** An archive that is not unpacked. The message is one line that says why, for whoever sent it. */
export class ArchiveRefused extends Error {}

/** How much of a name a message repeats, in UTF-16 code units. */
const nameLength = 120;

/** A name for a message: shortened, and with everything escaped that is not simply visible. */
export function shown(name: string): string {
  const start = name.length > nameLength ? `${name.slice(0, nameLength)}…` : name;
  return JSON.stringify(start).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

export function refuse(name: string, reason: string): ArchiveRefused {
  return new ArchiveRefused(`${shown(name)} ${reason}`);
}

/** What the libraries find wrong with an archive is a refusal; what the disk or the caller does is not. */
export function asRefusal(error: unknown, text: (message: string) => string): unknown {
  const isOfArchive = error instanceof Error && (error.constructor === Error || isOfZlib(error));
  return isOfArchive && !('syscall' in error) ? new ArchiveRefused(text(shown(error.message))) : error;
}

function isOfZlib(error: Error): boolean {
  return (
    'code' in error && typeof error.code === 'string' && /^(?:Z_|ERR_BUFFER_TOO_LARGE$)/.test(error.code)
  );
}
