/**
 * The errors of the gateway in front of the service, each with its HTTP status. They are modelled for no
 * operation. Source: AWS documentation, Amplify API Reference, "Common Errors".
 */
export const gatewayErrors = {
  AccessDeniedException: 403,
  IncompleteSignatureException: 403,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  UnrecognizedClientException: 403,
  MalformedHttpRequestException: 400,
  RequestAbortedException: 400,
  UnknownOperationException: 404,
  RequestTimeoutException: 408,
  RequestEntityTooLargeException: 413,
  RequestHeaderFieldsTooLargeException: 431,
} as const;

export type GatewayErrorType = keyof typeof gatewayErrors;

/** A refusal by the gateway: a client sees its type (`x-amzn-ErrorType`), status and message. */
export class GatewayError extends Error {
  readonly status: number;

  constructor(type: GatewayErrorType, message: string) {
    super(message);
    this.name = type;
    this.status = gatewayErrors[type];
  }
}
