import { createRepository, type TestRepository } from '../support/repositories.ts';

/** A repository as users of clients have it, with a branch for each way that a build can take. */
export interface ClientRepository extends TestRepository {
  /** The commits of `main`, the oldest first. */
  readonly commits: readonly [string, string];
}

/** Its page is that of the commit; the tests leave two files behind. */
const mainSpec = `version: 1
frontend:
  phases:
    build:
      commands:
        - mkdir dist
        - cp page.html dist/index.html
        - echo "$GREETING, this is commit $AWS_COMMIT_ID of job $AWS_JOB_ID"
  artifacts:
    baseDirectory: dist
    files: ['**/*']
test:
  phases:
    test:
      commands:
        - mkdir -p reports/shots
        - echo '{"tests":1}' > reports/report.json
        - echo picture > reports/shots/home.png
  artifacts:
    baseDirectory: reports
    files: ['**/*']
    configFilePath: report.json
`;

const commandSpec = (command: string) =>
  `version: 1\nfrontend:\n  phases: { build: { commands: ['${command}'] } }\n  artifacts: { baseDirectory: dist }\n`;

/** `endless` builds until it is stopped, `broken` fails, `bare` has no build spec. */
export async function createClientRepository(): Promise<ClientRepository> {
  const repository = await createRepository();
  const first = await repository.commit('main', { 'amplify.yml': mainSpec, 'page.html': 'one' }, 'First');
  const second = await repository.commit('main', { 'page.html': 'two' }, 'Second\n\nwith more to say');
  await repository.commit('endless', { 'amplify.yml': commandSpec('while sleep 0.1; do :; done') });
  await repository.commit('broken', { 'amplify.yml': commandSpec('echo oh no; exit 3') });
  await repository.commit('bare', { 'page.html': 'bare' });
  return { ...repository, commits: [first, second] };
}
