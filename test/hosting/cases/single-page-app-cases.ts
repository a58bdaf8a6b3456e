import { type HostingCase, issue, redirects, rule, site } from './hosting-case.ts';

/** The expression that AWS gives for single page apps. */
export const singlePageExpression =
  '^[^.]+$|\\.(?!(css|gif|ico|jpg|js|png|txt|svg|woff|woff2|ttf|map|json|webp)$)([^.]+$)';

const rewritten = [
  ...['/', '/about', '/about/', '/index.html', '/file.pdf', '/mod.mjs', '/x.wasm', '/manifest.webmanifest'],
  ...['/sitemap.xml', '/font.otf', '/user/john.doe', '/v1.2/notes', '/a.js/b', '/a.json/'],
  '/.well-known/apple-developer-merchantid-domain-association',
  ...['/IMG.JPG', '/a.jpeg', '/video.webm'],
];

const untouched = [
  ...['/assets/app.abc123.js', '/app.js.map', '/.well-known/security.txt', '/favicon.ico', '/data.json'],
  ...['/a.webp', '/font.woff2', '/x.y.css', '/.css', '/file.'],
];

const served = (path: string, file: string, source: string): HostingCase => ({
  id: `SPA ${path}`,
  rules: [rule(`</${singlePageExpression}/>`, '/index.html', '200')],
  files: site('index.html', ...[...rewritten, ...untouched].map(nameOf).filter((name) => name !== '')),
  request: { path },
  expected: { status: 200, file },
  source,
});

const nameOf = (path: string) => path.replace(/^\/|\/$/g, '');

/** The paths that the rule for single page apps rewrites, though they exist, and those that it leaves alone. */
export const singlePageAppCases: readonly HostingCase[] = [
  ...rewritten.map((path) => served(path, 'index.html', path === '/video.webm' ? issue(2915) : redirects)),
  ...untouched.map((path) => served(path, nameOf(path), redirects)),
  served('/app.js.map?v=1.2', 'app.js.map', redirects),
];
