import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const CIPHER = 'aes-256-gcm';
const VERSION = 'v1.';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A new access key: an id of `AKBL` and 16 of A-Z2-7, and a secret of 40 base64 characters (240 random bits). */
export function generateAccessKey(): { accessKeyId: string; secretAccessKey: string } {
  let accessKeyId = 'AKBL';
  // 256 is a multiple of 32, so each character is equally likely.
  for (const byte of randomBytes(16)) accessKeyId += ALPHABET[byte % ALPHABET.length];
  return { accessKeyId, secretAccessKey: randomBytes(30).toString('base64') };
}

/**
 * Encrypts a secret under the key file (AES-256-GCM, random IV). The context, such as `account/accessKeyId`, is not
 * in the output, and the same one is needed to unseal: a sealed secret moved to another row does not open.
 * Gives `v1.` and base64url of IV, ciphertext and tag.
 */
export function seal(keyFile: KeyObject, plaintext: string, context: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, keyFile, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context));
  const sealed = Buffer.concat([iv, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return VERSION + sealed.toString('base64url');
}

/** Opens what `seal` made. Throws an Error for another key file or context, and for altered text. */
export function unseal(keyFile: KeyObject, sealedSecret: string, context: string): string {
  const text = sealedSecret.slice(VERSION.length);
  const bytes = Buffer.from(text, 'base64url');
  // Node's decoder skips characters it does not know; encoding again shows that none were there.
  const intact = sealedSecret.startsWith(VERSION) && bytes.toString('base64url') === text;
  if (!intact || bytes.length < IV_BYTES + TAG_BYTES) {
    throw new Error('A sealed secret cannot be opened: it is not in the form v1.<base64url>.');
  }
  try {
    const decipher = createDecipheriv(CIPHER, keyFile, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const plaintext = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
    return Buffer.concat([plaintext, decipher.final()]).toString('utf8');
  } catch {
    throw new Error(
      'A sealed secret cannot be opened: it was sealed with another key file or for another access key, or it was altered.',
    );
  }
}
