/** AWS documentation: an S3 key has at most 1024 bytes. */
const mostBytes = 1024;

/**
 * Says what is wrong with the name of a file that came from outside; undefined when nothing is. A name is a path
 * below the root of the site: it never leads out of it, whatever it is later joined with.
 */
export function fileNameFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (Buffer.byteLength(name) > mostBytes) return `is longer than ${mostBytes} bytes`;
  if (name.startsWith('/')) return 'begins with a slash';
  if (name.includes('\\')) return 'holds a backslash';
  if (/\p{Cc}/u.test(name)) return 'holds a control character';
  for (const segment of name.split('/')) {
    if (segment === '') return 'holds an empty segment';
    if (segment === '.' || segment === '..') return `holds the segment ${segment}`;
  }
  return undefined;
}
