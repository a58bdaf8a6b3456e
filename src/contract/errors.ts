/** The exceptions that the API models, each with its HTTP status. AWS documentation: Amplify API Reference. */
export const exceptions = {
  BadRequestException: 400,
  UnauthorizedException: 401,
  NotFoundException: 404,
  ResourceNotFoundException: 404,
  LimitExceededException: 429,
  InternalFailureException: 500,
  DependentServiceFailureException: 503,
} as const;

export type ExceptionName = keyof typeof exceptions;

/** What any room throws to refuse a request with a modelled exception; `code` only where the model has it. */
export interface ModelledException extends Error {
  name: ExceptionName;
  code?: string;
}

/** What every operation but those on tags documents. */
export const everywhere = [
  'BadRequestException',
  'UnauthorizedException',
  'InternalFailureException',
] as const satisfies readonly ExceptionName[];
