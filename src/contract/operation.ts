import type { ExceptionName } from './errors.ts';
import type { Schema, Static } from './schema.ts';

/** One operation of the API: everything that routing, decoding, validation, encoding and the docs need. */
export interface Operation<Input extends Schema = Schema, Output extends Schema = Schema> {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** A path template; `{label}` stands for one raw segment. */
  readonly path: string;
  readonly input: Input;
  readonly output: Output;
  readonly errors: readonly ExceptionName[];
}

/** Declares an operation and keeps its literal types. */
export function operation<const Name extends string, Input extends Schema, Output extends Schema>(
  declared: Operation<Input, Output> & { readonly name: Name },
): typeof declared {
  return declared;
}

export type InputOf<O extends Operation> = Static<O['input']>;

/** An answer before encoding: members without a value may be left out or undefined. */
export type OutputOf<O extends Operation> = MayBeUndefined<Static<O['output']>>;

export type MayBeUndefined<T> = T extends Date
  ? T
  : T extends readonly (infer Item)[]
    ? readonly MayBeUndefined<Item>[]
    : T extends object
      ? {
          [K in keyof T]: undefined extends T[K] ? MayBeUndefined<T[K]> | undefined : MayBeUndefined<T[K]>;
        } & {}
      : T;
