import type { StepName } from './job.ts';

/** What a signed address of this server leads to. */
export type Link =
  | { readonly kind: 'upload'; readonly uid: string }
  | { readonly kind: 'file-upload'; readonly uid: string; readonly number: number }
  | { readonly kind: 'log'; readonly uid: string; readonly step: StepName }
  | { readonly kind: 'artifact' | 'test-artifacts'; readonly uid: string }
  | { readonly kind: 'test-artifact'; readonly uid: string; readonly number: number }
  | {
      readonly kind: 'access-log';
      readonly appId: string;
      readonly domainName: string;
      /** Epoch milliseconds. */
      readonly start: number;
      readonly end: number;
    };

/** Under which all signed addresses are. */
export const linkRoot = '/_backline/files/';

/** How long addresses to download from are valid, in milliseconds (Backline's choice). */
export const downloadLifetime = 60 * 60 * 1000;

const parts: { readonly [Kind in Link['kind']]: RegExp } = {
  upload: /^uploads\/([\w-]{22})\/archive\.zip$/,
  'file-upload': /^uploads\/([\w-]{22})\/(\d{1,6})$/,
  log: /^logs\/([\w-]{22})\/(BUILD|TEST|DEPLOY|VERIFY)\/log\.txt$/,
  artifact: /^artifacts\/([\w-]{22})\/artifacts\.zip$/,
  'test-artifacts': /^artifacts\/([\w-]{22})\/testArtifacts\.zip$/,
  'test-artifact': /^artifacts\/([\w-]{22})\/tests\/(\d{1,6})$/,
  'access-log': /^access-logs\/(d[a-z0-9]{1,19})\/([a-z0-9.-]{1,255})\/(\d{1,15})-(\d{1,15})\.csv$/,
};

/** The path of an address, without its signature. */
export function linkPath(link: Link): string {
  switch (link.kind) {
    case 'upload':
      return `${linkRoot}uploads/${link.uid}/archive.zip`;
    case 'file-upload':
      return `${linkRoot}uploads/${link.uid}/${link.number}`;
    case 'log':
      return `${linkRoot}logs/${link.uid}/${link.step}/log.txt`;
    case 'artifact':
      return `${linkRoot}artifacts/${link.uid}/artifacts.zip`;
    case 'test-artifacts':
      return `${linkRoot}artifacts/${link.uid}/testArtifacts.zip`;
    case 'test-artifact':
      return `${linkRoot}artifacts/${link.uid}/tests/${link.number}`;
    case 'access-log':
      return `${linkRoot}access-logs/${link.appId}/${link.domainName}/${link.start}-${link.end}.csv`;
  }
}

/** Reads the path of an address; undefined for any that linkPath does not make. */
export function readLink(path: string): Link | undefined {
  if (!path.startsWith(linkRoot)) return undefined;
  const rest = path.slice(linkRoot.length);
  for (const kind of Object.keys(parts) as Link['kind'][]) {
    const [, first = '', second = '', start, end] = parts[kind].exec(rest) ?? [];
    if (first === '') continue;
    if (kind === 'access-log') {
      return { kind, appId: first, domainName: second, start: Number(start), end: Number(end) };
    }
    if (kind === 'log') return { kind, uid: first, step: second as StepName };
    if (kind === 'file-upload' || kind === 'test-artifact') {
      return { kind, uid: first, number: Number(second) };
    }
    return { kind, uid: first };
  }
  return undefined;
}

/** The id of a test artifact; AWS's form is not known. */
export function artifactIdOf(uid: string, number: number): string {
  return `${uid}-${number}`;
}

/** Reads such an id; undefined for any that no artifact can have. */
export function readArtifactId(artifactId: string): { uid: string; number: number } | undefined {
  const [, uid, number] = /^([\w-]{22})-(0|[1-9]\d{0,5})$/.exec(artifactId) ?? [];
  return uid === undefined ? undefined : { uid, number: Number(number) };
}

/** A fresh `uid` of a job. @param random 16 random bytes */
export function uidFrom(random: Uint8Array): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const bits = Array.from(random.subarray(0, 16), (byte) => byte.toString(2).padStart(8, '0'))
    .join('')
    .padEnd(132, '0');
  return (bits.match(/.{6}/g) ?? []).map((six) => alphabet[Number.parseInt(six, 2)]).join('');
}
