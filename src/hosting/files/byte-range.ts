export interface ByteRange {
  /** Both counted from 0, inclusive. */
  readonly start: number;
  readonly end: number;
}

/**
 * The one range that a Range header asks for.
 * @returns undefined where the header has to be ignored: another unit, not well-formed, or several ranges
 * (RFC 9110 leaves it to the server; the whole is Backline's choice)
 */
export function readRange(header: string, size: number): ByteRange | 'unsatisfiable' | undefined {
  const found = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header);
  if (found === null) return undefined;
  const [, first = '', last = ''] = found;
  if (first === '') {
    if (last === '') return undefined;
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}
