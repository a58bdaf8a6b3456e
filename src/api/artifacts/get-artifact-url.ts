import { downloadLifetime, linkPath, readArtifactId } from '../../domain/links.ts';
import { artifactNotFound } from '../../domain/refusals.ts';
import { findApp } from '../../store/apps.ts';
import { findJobByUid } from '../../store/jobs.ts';
import { findTestArtifact } from '../../store/test-artifacts.ts';
import { operation } from '../operation.ts';

export const getArtifactUrl = operation('GetArtifactUrl', async ({ artifactId }, context) => {
  const { caller, store, now, link } = context;
  const { uid = '', number = 0 } = readArtifactId(artifactId) ?? {};
  const job = await findJobByUid(store.read, uid);
  const app = job && (await findApp(store.read, caller, job.appId));
  const artifact = app && (await findTestArtifact(store.read, job, number));
  if (!artifact) throw artifactNotFound(artifactId);
  const path = linkPath({ kind: 'test-artifact', uid, number });
  return { artifactId, artifactUrl: link('GET', path, now() + downloadLifetime) };
});
