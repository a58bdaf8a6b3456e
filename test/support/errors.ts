/** What a refused request looked like to the client. */
export interface SeenError {
  name: string;
  message: string;
  status: number | undefined;
}

/** An error of the vendor's client, reduced to what a caller acts on. */
export function seenError(error: unknown): SeenError {
  const { name, message, $metadata } = error as SeenError & { $metadata?: { httpStatusCode?: number } };
  return { name, message, status: $metadata?.httpStatusCode };
}

/** Runs a request that must be refused, and returns its error as the client saw it. */
export async function refusalOf(request: Promise<unknown>): Promise<SeenError> {
  try {
    await request;
  } catch (error) {
    return seenError(error);
  }
  throw new Error('The request was expected to be refused.');
}
