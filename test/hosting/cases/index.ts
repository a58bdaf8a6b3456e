import { cleanUrlCases } from './clean-url-cases.ts';
import { countryCases } from './country-cases.ts';
import { domainCases } from './domain-cases.ts';
import type { HostingCase } from './hosting-case.ts';
import { orderCases } from './order-cases.ts';
import { proxyCases } from './proxy-cases.ts';
import { queryCases } from './query-cases.ts';
import { singlePageAppCases } from './single-page-app-cases.ts';
import { wildcardCases } from './wildcard-cases.ts';

/** Every table of requests to a site. */
export const hostingCases: Readonly<Record<string, readonly HostingCase[]>> = {
  order: orderCases,
  wildcards: wildcardCases,
  domains: domainCases,
  queries: queryCases,
  countries: countryCases,
  proxies: proxyCases,
  'clean URLs': cleanUrlCases,
  'single page apps': singlePageAppCases,
};
