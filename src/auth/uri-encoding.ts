const PERCENT = 0x25;
const SLASH = 0x2f;

/** RFC 3986 unreserved characters, by byte. */
const UNRESERVED = new Uint8Array(256);
/** Each byte as it stands in a canonical URI: itself, or `%XX` in upper case. */
const ENCODED: string[] = [];
/** The value of a hexadecimal digit by byte; -1 for every other byte. */
const HEX_VALUE = new Int8Array(256).fill(-1);

for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~') {
  UNRESERVED[char.charCodeAt(0)] = 1;
}
for (let byte = 0; byte < 256; byte++) {
  const hex = byte.toString(16).toUpperCase().padStart(2, '0');
  ENCODED.push(UNRESERVED[byte] === 1 ? String.fromCharCode(byte) : `%${hex}`);
}
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX_VALUE[digit.charCodeAt(0)] = value;
  HEX_VALUE[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Encodes a raw path once more, byte by byte, `/` kept: `%2F` becomes `%252F`.
 * `undefined` where the text is not the bytes of a request line (a character above 0xFF).
 */
export function encodePath(raw: string): string | undefined {
  let encoded = '';
  let from = 0;
  for (let at = 0; at < raw.length; at++) {
    const code = raw.charCodeAt(at);
    if (UNRESERVED[code] === 1 || code === SLASH) continue;
    if (code > 0xff) return undefined;
    encoded += raw.slice(from, at) + ENCODED[code];
    from = at + 1;
  }
  return from === 0 ? raw : encoded + raw.slice(from);
}

/**
 * Decodes the percent-escapes of one query name or value and encodes its bytes again in the canonical way.
 * A `+` is a literal plus. `undefined` for a broken escape or a character above 0xFF; never throws, because it
 * works on bytes and so needs no valid UTF-8.
 */
export function reencodeQueryPart(raw: string): string | undefined {
  let encoded = '';
  let from = 0;
  for (let at = 0; at < raw.length; at++) {
    const code = raw.charCodeAt(at);
    if (UNRESERVED[code] === 1) continue;
    if (code > 0xff) return undefined;
    encoded += raw.slice(from, at);
    if (code === PERCENT) {
      const high = HEX_VALUE[raw.charCodeAt(at + 1)] ?? -1;
      const low = HEX_VALUE[raw.charCodeAt(at + 2)] ?? -1;
      if (high < 0 || low < 0) return undefined;
      encoded += ENCODED[high * 16 + low];
      at += 2;
    } else {
      encoded += ENCODED[code];
    }
    from = at + 1;
  }
  return from === 0 ? raw : encoded + raw.slice(from);
}
