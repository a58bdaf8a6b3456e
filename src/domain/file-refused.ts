/** Why something that is sent to, or asked of, a signed address is refused, with the status and code that S3 has. */
export class FileRefused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
