import { expect, test } from 'vitest';
import { refusalOf } from '../../support/errors.ts';
import { errorOf, md5Of, put } from '../../support/file-requests.ts';
import { createDeployment, createSite, listJobs, startDeployment, waitForJob } from '../../support/jobs.ts';
import { withServer } from '../../support/server.ts';
import { visit } from '../../support/visits.ts';

const md5 = md5Of('');
const notUploaded = {
  name: 'BadRequestException',
  message:
    'Deployment file has not been uploaded, please make sure you uploaded the deployment file prior to invoke ' +
    'this api.',
  status: 400,
};

const invalid = (name: string, fault: string) => ({
  name: 'BadRequestException',
  message: `The file name ${name} is not one that a site can have: it ${fault}.`,
  status: 400,
});

withServer('The fileMap of CreateDeployment', {}, (subject) => {
  test('gives each file an address of its own, and the site has exactly these files', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    const files: Record<string, string> = {
      'index.html': 'home',
      'a/b c.css': 'body {}',
      'a/ü%20&#?.txt': 'odd',
      '10': 'ten',
      '2': 'two',
      copy: 'home',
    };
    const fileMap = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, md5Of(text)]));
    const { jobId, fileUploadUrls } = await createDeployment(client, branch, fileMap);
    expect(Object.keys(fileUploadUrls).sort()).toEqual(Object.keys(files).sort());
    expect(new Set(Object.values(fileUploadUrls)).size).toBe(6);
    for (const [name, url] of Object.entries(fileUploadUrls)) {
      expect((await put(url, files[name] ?? '')).status).toBe(200);
    }
    await startDeployment(client, { ...branch, jobId });
    const { summary, steps } = await waitForJob(client, { ...branch, jobId });
    expect(summary.status).toBe('SUCCEED');
    expect(steps.map(({ stepName }) => stepName)).toEqual(['DEPLOY', 'VERIFY']);
    for (const [name, text] of Object.entries(files)) {
      const path = `/${name.split('/').map(encodeURIComponent).join('/')}`;
      expect(await visit(endpoint, branch, path)).toMatchObject({ status: 200, body: text });
    }
    expect((await visit(endpoint, branch, '/other')).status).toBe(404);
  });

  test('names at most 10,000 files', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const fileMap = Object.fromEntries(Array.from({ length: 10_001 }, (_, number) => [`f${number}`, md5]));
    expect(await refusalOf(createDeployment(client, branch, fileMap))).toEqual({
      name: 'BadRequestException',
      message: 'A fileMap can have at most 10000 files; upload a zip instead.',
      status: 400,
    });
    expect((await listJobs(client, branch)).items).toEqual([]);
  });

  test('a slash at the beginning of a name is left out, and the answer names the file as it was given', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    const { jobId, fileUploadUrls } = await createDeployment(client, branch, { '/a.txt': md5Of('a') });
    await put(fileUploadUrls['/a.txt'] ?? '', 'a');
    await startDeployment(client, { ...branch, jobId });
    await waitForJob(client, { ...branch, jobId }, 'SUCCEED');
    expect((await visit(endpoint, branch, '/a.txt')).body).toBe('a');
  });

  test.each([
    ['../secret', 'has .. in its path'],
    ['a/../b', 'has .. in its path'],
    ['.', 'has . in its path'],
    ['a//b', 'has an empty folder name in it'],
    ['a/', 'has an empty folder name in it'],
    ['//a', 'is absolute'],
    ['/', 'is empty'],
    ['', 'is empty'],
    ['a\nb', 'has a control character in it'],
    ['a\\b', 'has a backslash in it; folders are divided by /'],
    ['C:a', 'begins with a drive letter'],
  ])('the name %j is refused, and there is no job', async (name, fault) => {
    const { client } = subject();
    const branch = await createSite(client);
    const refusal = await refusalOf(createDeployment(client, branch, { 'index.html': md5, [name]: md5 }));
    expect(refusal).toEqual(invalid(name, fault));
    expect((await listJobs(client, branch)).items).toEqual([]);
  });

  test('a name with the character NUL is refused, as everywhere', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    expect(await refusalOf(createDeployment(client, branch, { 'a\0b': md5 }))).toEqual({
      name: 'BadRequestException',
      message: "The text at 'fileMap' contains the character U+0000.",
      status: 400,
    });
  });

  test.each([
    ['a file that is also a folder', ['a', 'a/b'], 'a/b', 'is below a, which is a file'],
    [
      'a file that is also a folder further up',
      ['a/b/c/d', 'a/b'],
      'a/b/c/d',
      'is below a/b, which is a file',
    ],
    ['the same name twice', ['/a', 'a'], 'a', 'is there twice'],
  ])('%s is refused', async (_, names, name, fault) => {
    const { client } = subject();
    const branch = await createSite(client);
    const fileMap = Object.fromEntries(names.map((name) => [name, md5]));
    expect(await refusalOf(createDeployment(client, branch, fileMap))).toEqual(invalid(name, fault));
    expect((await listJobs(client, branch)).items).toEqual([]);
  });

  test('a name that only begins like another is taken', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const fileMap = { a: md5, 'a.b': md5, 'ab/c': md5, constructor: md5, 'toString/x': md5 };
    expect(Object.keys((await createDeployment(client, branch, fileMap)).fileUploadUrls).sort()).toEqual(
      Object.keys(fileMap).sort(),
    );
  });

  test.each([['short'], [''], ['g'.repeat(32)], [`${md5.slice(0, 31)} `]])(
    'the MD5 %j is refused',
    async (wrong) => {
      const { client } = subject();
      const branch = await createSite(client);
      expect(await refusalOf(createDeployment(client, branch, { 'index.html': wrong }))).toEqual({
        name: 'BadRequestException',
        message: 'The MD5 of the file index.html is not 32 hexadecimal digits.',
        status: 400,
      });
    },
  );

  test('names and MD5s longer than the published bounds are refused', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    for (const fileMap of [{ ['n'.repeat(256)]: md5 }, { a: `${md5}0` }]) {
      const refusal = await refusalOf(createDeployment(client, branch, fileMap));
      expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
      expect(refusal.message).toContain('Member must have length less than or equal to');
    }
  });

  test('a file whose content has another MD5 is not taken; the right one then is, in whatever case', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const fileMap = { a: md5Of('right').toUpperCase() };
    const { jobId, fileUploadUrls } = await createDeployment(client, branch, fileMap);
    const url = fileUploadUrls.a ?? '';
    expect(errorOf(await put(url, 'wrong'))).toEqual({
      status: 400,
      code: 'BadDigest',
      message: 'The MD5 of the file in the fileMap you specified did not match what we received.',
    });
    expect(await refusalOf(startDeployment(client, { ...branch, jobId }))).toEqual(notUploaded);
    expect((await put(url, 'right')).status).toBe(200);
    expect((await startDeployment(client, { ...branch, jobId })).status).toBe('PENDING');
  });

  test('a deployment of which one file is missing cannot be started', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const { jobId, fileUploadUrls } = await createDeployment(client, branch, {
      a: md5Of('a'),
      b: md5Of('b'),
    });
    await put(fileUploadUrls.b ?? '', 'b');
    expect(await refusalOf(startDeployment(client, { ...branch, jobId }))).toEqual(notUploaded);
  });

  test('may have 1,000 files', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    const names = Array.from({ length: 1000 }, (_, number) => `files/${number % 10}/${number}.txt`);
    const fileMap = Object.fromEntries(names.map((name) => [name, md5Of('same')]));
    const { jobId, fileUploadUrls } = await createDeployment(client, branch, fileMap);
    const urls = Object.values(fileUploadUrls);
    expect(new Set(urls).size).toBe(1000);
    const upload = async () => {
      for (let url = urls.pop(); url !== undefined; url = urls.pop()) {
        await fetch(url, { method: 'PUT', body: 'same' });
      }
    };
    await Promise.all(Array.from({ length: 16 }, upload));
    await startDeployment(client, { ...branch, jobId });
    await waitForJob(client, { ...branch, jobId }, 'SUCCEED');
    expect((await visit(endpoint, branch, '/files/9/999.txt')).body).toBe('same');
  });
});
