/**
 * The name in a Host header: lower-cased, without port and final dot.
 * @returns undefined for what is no host name or address
 */
export function hostName(header: string | undefined): string | undefined {
  if (header === undefined || header.length > 261) return undefined;
  const name = shape.exec(header)?.[1];
  if (name === undefined) return undefined;
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  return bare.length > 253 || bare === '' ? undefined : bare.toLowerCase();
}

const shape = /^([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?$/;
