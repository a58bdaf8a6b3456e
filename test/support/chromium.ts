import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is; undefined where there is none, but never in CI. */
export const chromiumPath = paths.find((path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
});
if (!chromiumPath && process.env.CI) throw new Error(`Chromium was not found at ${paths.join(', ')}.`);

/** Starts a browser that asks nobody but the servers of the test. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? '',
    args: [
      // Everything may run as root here, where the sandbox of Chromium does not work.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
