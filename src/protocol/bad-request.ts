import type { ModelledException } from '../contract/errors.ts';

/** The service's answer to input that breaks the contract: BadRequestException, 400. */
export class BadRequest extends Error implements ModelledException {
  override readonly name = 'BadRequestException';
}
