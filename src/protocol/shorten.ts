/** The beginning of a text for an error message, in at most `length` UTF-16 units; never half a character. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
