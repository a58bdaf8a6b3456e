/** A small answer that is the same for all. */
export interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

const html = 'text/html; charset=utf-8';

const style =
  ':root{color-scheme:light dark}' +
  'body{margin:0;min-height:100vh;display:grid;place-items:center;font:1rem/1.5 system-ui,sans-serif;' +
  'background:#fff;color:#1b1f24}' +
  'main{max-width:34rem;padding:2rem;text-align:center}' +
  'h1{margin:0 0 .5rem;font-size:1.5rem;font-weight:600}' +
  'p{margin:0;color:#59636e;overflow-wrap:anywhere;text-wrap:balance}' +
  '@media(prefers-color-scheme:dark){body{background:#16191d;color:#e6e8ea}p{color:#9aa4af}}';

/** A page of one heading and one sentence, both plain text. It loads nothing from elsewhere. */
export function page(status: number, heading: string, text: string): Page {
  const body =
    `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n` +
    `<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>${escapeHtml(heading)}</title>\n` +
    `<style>${style}</style>\n</head>\n<body>\n<main>\n<h1>${escapeHtml(heading)}</h1>\n<p>${escapeHtml(text)}</p>\n` +
    `</main>\n</body>\n</html>\n`;
  return { status, type: html, body: Buffer.from(body) };
}

/** A path without a file, where no rule says otherwise. */
export const notFoundPage = page(404, 'Page not found', 'There is nothing at this address.');

/** What AWS showed for a missing file until 2023: the answer of S3. Seen on AWS: aws-amplify/amplify-hosting#839 */
export const accessDenied: Page = {
  status: 403,
  type: 'application/xml',
  body: Buffer.from(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
  ),
};

/** A branch without a deployment; the texts are those of AWS. 200 is Backline's choice. */
export const welcomePage = page(
  200,
  'Welcome',
  'Your app will appear here once you complete your first deployment.',
);

/** A name that leads to no site. The reason is plain text. */
export function noSitePage(reason: string): Page {
  return page(404, 'No site here', reason);
}

/** Seen on AWS: aws-amplify/amplify-hosting#3293 */
export const tooLargePage = plain(500, 'Internal Server Error: target response exceeds 1MB limit.');

export const failurePage = page(500, 'Something went wrong', 'This server could not answer the request.');

/** A short plain answer. */
export function plain(status: number, text: string): Page {
  return { status, type: 'text/plain; charset=utf-8', body: Buffer.from(text) };
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
