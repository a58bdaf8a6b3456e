import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { invalidNextToken } from '../domain/refusals.ts';

/** Where a page starts: after the item with these keys. */
export type Place = readonly (string | number)[];

/** What makes a list this list: a token of one is refused by every other. */
export type ListIdentity = readonly (string | undefined)[];

export interface PageTokens {
  /** Seals the place where the next page starts. */
  seal(list: ListIdentity, place: Place): string;
  /** Opens a token of this list; an empty or missing one means the start. Throws BadRequestException. */
  open(list: ListIdentity, token: string | undefined): Place | undefined;
}

const ivLength = 12;
const tagLength = 16;

/**
 * Page tokens that nobody can read, forge or use elsewhere: AES-256-GCM with the list's identity as
 * additional data. They hold no state on the server and outlive a restart.
 * @param secret 32 bytes in base64url
 */
export function createPageTokens(secret: string): PageTokens {
  const key = createSecretKey(Buffer.from(secret, 'base64url'));
  return {
    seal(list, place) {
      const iv = randomBytes(ivLength);
      const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagLength }).setAAD(
        identityOf(list),
      );
      const sealed = [cipher.update(textOf(place), 'utf8'), cipher.final()];
      return Buffer.concat([iv, cipher.getAuthTag(), ...sealed]).toString('base64url');
    },
    open(list, token) {
      if (!token) return undefined;
      try {
        const bytes = Buffer.from(token, 'base64url');
        if (bytes.toString('base64url') !== token) throw new Error('not the text that was given out');
        const iv = bytes.subarray(0, ivLength);
        const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagLength })
          .setAAD(identityOf(list))
          .setAuthTag(bytes.subarray(ivLength, ivLength + tagLength));
        const opened = [decipher.update(bytes.subarray(ivLength + tagLength)), decipher.final()];
        return placeOf(Buffer.concat(opened).toString('utf8'));
      } catch {
        throw invalidNextToken();
      }
    },
  };
}

/** Keys hold no U+0000. JSON would write some characters in six, and a token has at most 2,000. */
function textOf(place: Place): string {
  return place.map((key) => (typeof key === 'number' ? `n${key}` : `t${key}`)).join('\0');
}

function placeOf(text: string): Place {
  return text.split('\0').map((key) => (key.startsWith('n') ? Number(key.slice(1)) : key.slice(1)));
}

function identityOf(list: ListIdentity): Buffer {
  return Buffer.from(JSON.stringify(list.map((part) => part ?? null)));
}
