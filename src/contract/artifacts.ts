import { everywhere } from './errors.ts';
import { operation } from './operation.ts';
import { label, list, optional, string, structure } from './schema.ts';
import { AppId, BranchName, JobId, NextToken, paging } from './shapes.ts';

const ArtifactId = string({ max: 255, pattern: '(?s).*' });

export const Artifact = structure({ artifactFileName: string({ max: 1000 }), artifactId: ArtifactId });

export const listArtifacts = operation({
  name: 'ListArtifacts',
  method: 'GET',
  path: '/apps/{appId}/branches/{branchName}/jobs/{jobId}/artifacts',
  input: structure({
    appId: label(AppId),
    branchName: label(BranchName),
    jobId: label(JobId),
    ...paging,
  }),
  output: structure({ artifacts: list(Artifact), nextToken: optional(NextToken) }),
  errors: [...everywhere, 'LimitExceededException'],
});

export const getArtifactUrl = operation({
  name: 'GetArtifactUrl',
  method: 'GET',
  path: '/artifacts/{artifactId}',
  input: structure({ artifactId: label(ArtifactId) }),
  output: structure({ artifactId: ArtifactId, artifactUrl: string({ max: 1000 }) }),
  errors: [...everywhere, 'NotFoundException', 'LimitExceededException'],
});
