/**
 * A refusal by the gateway in front of the service: not modelled for any operation, so a client sees it only
 * as its type (`x-amzn-ErrorType`), HTTP status and message.
 * Source: AWS documentation, Amplify API Reference, "Common Errors".
 */
export class GatewayError extends Error {
  readonly status: number;

  constructor(type: string, status: number, message: string) {
    super(message);
    this.name = type;
    this.status = status;
  }
}
