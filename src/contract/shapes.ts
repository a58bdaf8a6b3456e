import { inQuery, integer, list, map, oneOf, optional, query, string, structure } from './schema.ts';

/** Shapes that more than one resource uses. Bounds and patterns: AWS documentation, Amplify API Reference. */

export const AppId = string({ min: 1, max: 20, pattern: 'd[a-z0-9]+' });
export const BranchName = string({ min: 1, max: 255, pattern: '(?s).+' });
export const Description = string({ max: 1000, pattern: '(?s).*' });
export const BackendEnvironmentArn = string({ min: 0, max: 1000, pattern: '(?s).*' });
export const BasicAuthCredentials = string({ max: 2000, pattern: '(?s).*', sensitive: true });
export const BuildSpec = string({ min: 1, max: 25000, pattern: '(?s).+', sensitive: true });
export const ComputeRoleArn = string({ min: 0, max: 1000, pattern: '(?s).*' });
export const Framework = string({ max: 255, pattern: '(?s).*' });
export const PullRequestEnvironmentName = string({ max: 20, pattern: '(?s).*' });
export const StatusReason = string({ max: 1000 });
export const ThumbnailUrl = string({ min: 1, max: 2000 });
export const JobId = string({ max: 255, pattern: '[0-9]+' });
export const SourceUrl = string({ max: 3000, pattern: '^(s3|https|http)://.*' });
export const SourceUrlType = oneOf(['ZIP', 'BUCKET_PREFIX']);
export const DomainName = string({
  max: 64,
  pattern: '^(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])(\\.)?$',
});

/** `NONE` is what the service returns for a branch without a stage, and clients send back what they read. */
export const Stage = oneOf(['PRODUCTION', 'BETA', 'DEVELOPMENT', 'EXPERIMENTAL', 'PULL_REQUEST'], {
  tolerated: ['NONE'],
});

export const EnvironmentVariables = map(
  string({ max: 255, pattern: '(?s).*' }),
  string({ max: 5500, pattern: '(?s).*' }),
);

export const TagKey = string({ min: 1, max: 128, pattern: '^(?!aws:)[a-zA-Z+-=._:/]+$' });
export const TagMap = map(TagKey, string({ max: 256, pattern: '^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$' }), {
  min: 0,
  max: 50,
});

export const NextToken = string({ max: 2000, pattern: '(?s).*' });

/** The query members by which a list is read page by page. */
export const paging = {
  nextToken: query(NextToken),
  maxResults: query(integer({ min: 0, max: 50 })),
};

export const ResourceArn = string({ min: 0, max: 2048, pattern: '^arn:aws:amplify:.*' });
export const TagKeyList = inQuery(list(TagKey, { min: 1, max: 50 }));

export const Backend = structure({
  stackArn: optional(
    string({ min: 20, max: 2048, pattern: '^arn:aws:cloudformation:[a-z0-9-]+:\\d{12}:stack/.+/.+$' }),
  ),
});
