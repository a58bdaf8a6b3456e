/** One setting of the server. */
export interface Setting<Value> {
  readonly kind: 'text' | 'number' | 'switch' | 'words' | 'list';
  readonly initial: Value;
  readonly about: string;
  /** What a text, or each text of a list, must match. */
  readonly pattern?: RegExp;
  /** The same in words, for a message. */
  readonly form?: string;
  readonly words?: readonly string[];
  readonly max?: number;
  /** Its value is not shown in a message. */
  readonly isSecret?: boolean;
}

/** One of some words; the first is the default. */
export const oneOf = <const Words extends readonly string[]>(
  words: Words,
  about: string,
): Setting<Words[number]> => ({
  kind: 'words',
  words,
  initial: words[0] as Words[number],
  about,
});
export const text = (initial: string, about: string, pattern?: RegExp): Setting<string> => ({
  kind: 'text',
  initial,
  about,
  ...(pattern ? { pattern } : {}),
});
export const turnedOff = (about: string): Setting<boolean> => ({ kind: 'switch', initial: false, about });
