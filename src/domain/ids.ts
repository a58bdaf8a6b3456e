const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

/**
 * An app id as AWS gives them: `d` and 12 or 13 of [a-z0-9].
 * @param random at least 14 random bytes
 */
export function appIdFrom(random: Uint8Array): string {
  const length = (random[0] ?? 0) % 2 === 0 ? 12 : 13;
  const rest = Array.from(random.subarray(1, 1 + length), (byte) => alphabet[byte % alphabet.length]);
  return `d${rest.join('')}`;
}

/** A UUID of version 4. @param random 16 random bytes */
export function uuidFrom(random: Uint8Array): string {
  const bytes = Array.from(random.subarray(0, 16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
