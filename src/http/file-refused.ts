/** Why an address of a file is not served, with the code that S3 has for it. */
export class FileRefused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

type Refusal = Pick<FileRefused, 'status' | 'code' | 'message'>;

/** Whatever was thrown, as what the client may see of it: an error that brings a status and a code says so itself. */
export function refusalOf(error: unknown): Refusal {
  const { status, code, message } = (error ?? {}) as Partial<Refusal>;
  if (error instanceof Error && typeof status === 'number' && typeof code === 'string') {
    return { status, code, message: message ?? '' };
  }
  return {
    status: 500,
    code: 'InternalError',
    message: 'We encountered an internal error. Please try again.',
  };
}

/** An error as S3 writes it. */
export function xmlOf({ code, message }: Refusal, requestId: string): string {
  const text = (value: string) => value.replace(/[&<>]/g, (character) => entities[character] ?? '');
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<Error><Code>${text(code)}</Code><Message>${text(message)}</Message><RequestId>${requestId}</RequestId></Error>`
  );
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
