/** A small single-page application with a router on the history of the browser, as its build makes it. */
export function singlePageApp(version: string): Record<string, string> {
  return {
    'index.html': `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Shop</title>
<link rel="stylesheet" href="/assets/app.css?v=${version}">
<script type="module" src="/assets/app.js?v=${version}"></script>
</head>
<body><main id="app"></main></body>
</html>
`,
    'assets/app.js': `
const views = [
  [/^\\/$/, () => 'All products'],
  [/^\\/products\\/(\\d+)$/, (number) => 'Product ' + number],
];
function show() {
  const found = views.map(([path, view]) => [path.exec(location.pathname), view]).find(([match]) => match);
  const heading = document.createElement('h1');
  heading.textContent = found ? found[1](found[0][1]) : 'No such view';
  const link = document.createElement('a');
  link.href = '/products/7';
  link.textContent = 'Product 7';
  link.onclick = (event) => {
    event.preventDefault();
    history.pushState(null, '', link.href);
    show();
  };
  const version = document.createElement('footer');
  version.textContent = 'Version ${version}';
  document.getElementById('app').replaceChildren(heading, link, version);
}
addEventListener('popstate', show);
show();
`,
    'assets/app.css': `
body { margin: 0; font: 18px/1.5 sans-serif; background: rgb(10, 60, 90); color: white }
main { max-width: 40rem; margin: 0 auto; padding: 4rem 2rem }
a { color: inherit }
footer { margin-top: 2rem; opacity: 0.7 }
`,
  };
}

/** The rule for single-page applications. AWS documentation: Amplify Hosting user guide, "Redirects". */
export const singlePageRule = {
  source: '</^[^.]+$|\\.(?!(css|gif|ico|jpg|js|png|txt|svg|woff|woff2|ttf|map|json|webp)$)([^.]+$)/>',
  target: '/index.html',
  status: '200',
};
