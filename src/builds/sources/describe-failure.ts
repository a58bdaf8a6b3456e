const texts: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up now',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed before the end',
  EPIPE: 'the connection was closed before the end',
  ETIMEDOUT: 'its host cannot be reached',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its host cannot be reached',
};

/** Says what is wrong with a connection without the message of the error, which may hold addresses. */
export function describeFailure(error: unknown): string {
  const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  if (message?.startsWith('Checksum mismatch')) return 'its content does not match its checksum';
  if (typeof code !== 'string' || !/^\w{1,64}$/.test(code)) return 'the connection failed';
  return texts[code] ?? `the connection failed with ${code}`;
}
