/** What a refused request looked like to the client. */
export interface SeenError {
  name: string;
  message: string;
  status: number | undefined;
}

/** Runs a request that must be refused, and returns its error as the client saw it. */
export async function refusalOf(request: Promise<unknown>): Promise<SeenError> {
  try {
    await request;
  } catch (error) {
    const { name, message, $metadata } = error as SeenError & { $metadata?: { httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode };
  }
  throw new Error('The request was expected to be refused.');
}
