import { expect, test } from 'vitest';
import { createApp, createEnvironment, getApp } from '../support/amplify.ts';
import { onEachKeptDatabase, type Place } from '../support/databases.ts';
import { refusalOf } from '../support/errors.ts';
import { runBehind } from '../support/kept-server.ts';
import { flagsOf, type RunningProgram, startProgram } from '../support/process.ts';
import { clientFor } from '../support/server.ts';

const internalFailure = {
  name: 'InternalFailureException',
  // Seen on AWS: aws-amplify/amplify-hosting#1537.
  message: 'Oops, something went wrong. Please try again later.',
  status: 500,
};

function faultsIn(program: RunningProgram) {
  const lines = program
    .stderr()
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'error');
}

onEachKeptDatabase('an error of the database', (createPlace) => {
  test('is a 500 for that request, its cause in the log, and the server lives on', async () => {
    const place = await createPlace();
    const program = await startProgram(flagsOf(place));
    const client = clientFor(program.endpoint);
    const app = await createApp(client);
    const wanted = { appId: app.appId, environmentName: 'dev' };
    await runBehind(place, 'alter table backend_environments rename to elsewhere');
    expect(await refusalOf(createEnvironment(client, wanted))).toEqual(internalFailure);
    expect(await getApp(client, app.appId)).toEqual(app);
    await runBehind(place, 'alter table elsewhere rename to backend_environments');
    await createEnvironment(client, wanted);
    await program.stop();

    const [fault, ...more] = faultsIn(program);
    expect(more).toEqual([]);
    expect(fault).toMatchObject({ operation: 'CreateBackendEnvironment', status: 500 });
    expect(fault.err.message).toContain('backend_environments');
  });

  test('does not bring what the request wanted to write into the log', async () => {
    const place = await createPlace();
    const program = await startProgram(flagsOf(place));
    const client = clientFor(program.endpoint);
    await createApp(client);
    await forbidName(place, 'forbidden');
    const secrets = {
      basicAuthCredentials: btoa('user:password'),
      buildSpec: 'secret-build-spec',
      environmentVariables: { API_KEY: 'secret-variable' },
    };
    const refusal = await refusalOf(createApp(client, { ...secrets, name: 'forbidden' }));
    expect(refusal).toEqual(internalFailure);
    await program.stop();

    expect(faultsIn(program)).toHaveLength(1);
    // PostgreSQL repeats the row in the details of its error, though not the end of long columns.
    expect(program.stderr()).not.toContain('secret');
    expect(program.stderr()).not.toContain(secrets.basicAuthCredentials);
  });
});

/** Forbids the table of apps a name, behind the back of the server. */
function forbidName(place: Place, name: string): Promise<void> {
  return runBehind(
    place,
    place.options.databaseUrl === undefined
      ? `create trigger rule before insert on apps when new.name = '${name}' begin select raise(abort, 'rule'); end`
      : `alter table apps add constraint rule check (name <> '${name}')`,
  );
}
