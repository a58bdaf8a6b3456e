import { SourceRefused } from './source-refused.ts';

/** How much of a URL is shown, in characters. */
const shownLength = 300;

/** What is not shown as it is: a line break in a key would forge a line of the log. */
const unprintable = /\p{C}/gu;

/**
 * Reads the URL of an archive. A user name or a password in it is refused: it would have to be kept and shown
 * with the job (Backline's choice).
 */
export function readHttpUrl(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new SourceRefused(
      base ? `${showUrl(base)} redirects to no http or https URL` : 'The source URL is not a valid URL',
    );
  }
  if (url.username || url.password) throw new SourceRefused(`${showUrl(url)} must not hold a user name`);
  return url;
}

/** Reads where an answer redirects to. From https it must not lead to http (Backline's choice). */
export function readRedirect(from: URL, location: string): URL {
  const url = readHttpUrl(location, from);
  if (from.protocol === 'https:' && url.protocol === 'http:') {
    throw new SourceRefused(`${showUrl(from)} redirects from https to http`);
  }
  return url;
}

/** The URL as it may be shown: without user, query and fragment, which may hold secrets. */
export function showUrl(url: URL): string {
  return shorten(url.origin + url.pathname);
}

/** A place in S3. The key is taken as it is: an S3 URI has no percent-encoding. */
export interface S3Location {
  readonly bucket: string;
  /** Without a leading slash; may be empty. */
  readonly key: string;
}

/** AWS documentation: general purpose bucket naming rules. Access points by ARN are not taken. */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Reads `s3://bucket/key`. */
export function readS3Url(text: string): S3Location {
  const rest = text.slice('s3://'.length);
  const slash = rest.indexOf('/');
  const bucket = slash < 0 ? rest : rest.slice(0, slash);
  if (!text.startsWith('s3://') || !bucketName.test(bucket)) {
    throw new SourceRefused('The source URL does not name a valid S3 bucket: it must be s3://bucket/key');
  }
  return { bucket, key: slash < 0 ? '' : rest.slice(slash + 1) };
}

/** The place as it may be shown. What follows a `?` is left out: someone may have pasted a signed URL. */
export function showS3({ bucket, key }: S3Location): string {
  return shorten(`s3://${bucket}/${key.replace(/\?.*$/s, '')}`);
}

/** One printable line of bounded length. */
export function shorten(text: string): string {
  const cut = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
  return cut.replace(unprintable, '\u{fffd}');
}
