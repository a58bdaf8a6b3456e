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
