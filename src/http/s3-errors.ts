import { FileRefused } from '../domain/file-refused.ts';

type Refusal = Pick<FileRefused, 'status' | 'code' | 'message'>;

/** Whatever was thrown, as what the client may see of it. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof FileRefused) return error;
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
