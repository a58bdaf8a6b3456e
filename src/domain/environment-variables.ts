import { emptyVariableName, reservedVariableName } from './refusals.ts';

export type Variables = Record<string, string>;

/**
 * The update rule of AWS: left out or `{}` keeps them, `{" ":""}` clears them, any other map replaces all.
 * Seen on AWS: hashicorp/terraform-provider-aws#39327, aws/aws-sdk-go-v2#2788.
 */
export function replaceVariables(current: Variables, given: Variables | undefined): Variables {
  if (given === undefined || Object.keys(given).length === 0) return current;
  const names = Object.keys(given);
  if (names.length === 1 && names[0] === ' ' && given[' '] === '') return {};
  for (const name of names) {
    if (name === '') throw emptyVariableName();
    if (name.startsWith('AWS')) throw reservedVariableName(name);
  }
  return given;
}
