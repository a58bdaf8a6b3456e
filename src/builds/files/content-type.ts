import { mimes } from 'mrmime';

const unknown = 'application/octet-stream';

/** What mrmime does not have, or has otherwise than a browser needs it. */
const ownTypes: Readonly<Record<string, string>> = {
  cjs: 'text/javascript',
  eot: 'application/vnd.ms-fontobject',
  ico: 'image/x-icon',
  m3u8: 'application/vnd.apple.mpegurl',
};
const types = new Map([...Object.entries(mimes), ...Object.entries(ownTypes)]);

/** AWS documentation: "Serve compressed files", file types that CloudFront compresses. */
const compressible = new Set([
  ...[
    'dash+xml',
    'eot',
    'font',
    'font-sfnt',
    'javascript',
    'json',
    'opentype',
    'otf',
    'pdf',
    'pkcs7-mime',
  ].map((type) => `application/${type}`),
  ...['protobuf', 'rss+xml', 'truetype', 'ttf', 'vnd.apple.mpegurl', 'vnd.mapbox-vector-tile'].map(
    (type) => `application/${type}`,
  ),
  ...['vnd.ms-fontobject', 'wasm', 'xhtml+xml', 'xml', 'x-javascript', 'x-mpegurl'].map(
    (type) => `application/${type}`,
  ),
  ...['font/eot', 'font/opentype', 'font/otf', 'font/ttf', 'image/svg+xml'],
  ...['css', 'csv', 'html', 'javascript', 'js', 'plain', 'richtext', 'tab-separated-values', 'xml'].map(
    (type) => `text/${type}`,
  ),
  'text/x-component',
]);

/**
 * The content type of a file, by its extension. Without a charset, as S3 gives it.
 * Seen on AWS: aws-amplify/amplify-hosting#592 (`content-type: application/javascript`, no charset), and #713
 * (apple-app-site-association, which has no extension, is served as JSON).
 */
export function contentTypeOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'apple-app-site-association') return 'application/json';
  const point = name.lastIndexOf('.');
  return point < 1 ? unknown : (types.get(name.slice(point + 1).toLowerCase()) ?? unknown);
}

/** AWS documentation: "Serve compressed files": by type, and from 1,000 to 10,000,000 bytes. */
export function isCompressible(type: string, size: number): boolean {
  return compressible.has(type) && size >= 1000 && size <= 10_000_000;
}
