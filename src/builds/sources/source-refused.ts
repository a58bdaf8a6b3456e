/**
 * The source of a deployment cannot be had, and that is no fault of this server. The message is one line for the
 * log that the user reads. It holds no query of a URL, which may be a signature, and no addresses.
 */
export class SourceRefused extends Error {
  override readonly name = 'SourceRefused';
}
