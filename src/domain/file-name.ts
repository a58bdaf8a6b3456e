/** As on AWS, where paths are keys of S3 objects: 1024 bytes of UTF-8. */
const longestName = 1024;
/** Of one folder or file, in bytes (Backline's choice): what the common file systems take. */
const longestSegment = 255;

const utf8 = new TextEncoder();

/**
 * Says what is wrong with the name of a file that came from outside; undefined when nothing is. A name is a path
 * below the root of the site: it never leads out of it, whatever it is later joined with.
 */
export function fileNameFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.length > longestName || utf8.encode(name).length > longestName) {
    return `has more than ${longestName} bytes`;
  }
  if (/\p{Cc}/u.test(name)) return 'has a control character in it';
  if (/\p{Cs}/u.test(name)) return 'is not Unicode';
  if (name.includes('\\')) return 'has a backslash in it; folders are divided by /';
  if (name.startsWith('/')) return 'is absolute';
  if (/^[a-z]:/i.test(name)) return 'begins with a drive letter';
  for (const segment of name.split('/')) {
    if (segment === '') return 'has an empty folder name in it';
    if (segment === '.' || segment === '..') return `has ${segment} in its path`;
    if (utf8.encode(segment).length > longestSegment) {
      return `has a part of more than ${longestSegment} bytes in its path`;
    }
  }
  return undefined;
}
