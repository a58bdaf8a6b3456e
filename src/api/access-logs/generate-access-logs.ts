import { normalDomain } from '../../domain/domain-association.ts';
import { downloadLifetime, linkPath } from '../../domain/links.ts';
import { accessLogWindowInvalid } from '../../domain/refusals.ts';
import { requireApp } from '../apps/require-app.ts';
import { operation } from '../operation.ts';

/** The longest window, in milliseconds. AWS documentation: Amplify Hosting user guide, "Access logs", 2 weeks. */
const longestWindow = 14 * 24 * 60 * 60 * 1000;

/** Without times, the two weeks up to now. */
export const generateAccessLogs = operation('GenerateAccessLogs', async (input, context) => {
  const { caller, now, store, link } = context;
  const { appId } = await requireApp(store.read, caller, input.appId);
  const end = input.endTime?.getTime() ?? now();
  const start = input.startTime?.getTime() ?? end - longestWindow;
  if (start < 0 || start >= end || end - start > longestWindow) throw accessLogWindowInvalid();
  const domainName = normalDomain(input.domainName);
  const path = linkPath({ kind: 'access-log', appId, domainName, start, end });
  return { logUrl: link('GET', path, now() + downloadLifetime) };
});
