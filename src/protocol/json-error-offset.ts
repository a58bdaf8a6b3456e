type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | 'colon' | 'comma or end';

const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
const escaped = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y;
const space = /[ \t\n\r]*/y;

/**
 * Where a text that is no JSON goes wrong: the offset of the first token that cannot stand there (within a
 * string, of the character), or the text's length if it ends too early. The engine tells a position for some
 * mistakes only, and quotes the text in its message.
 */
export function jsonErrorOffset(text: string): number {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (;;) {
    at = endOf(space, text, at);
    const character = text[at];
    if (character === undefined) return at;
    const isName: boolean = expected.startsWith('name');
    const isValue: boolean = expected.startsWith('value');
    if (character === '"' && (isName || isValue)) {
      const { isClosed, end } = readString(text, at);
      if (!isClosed) return end;
      at = end;
      expected = isName ? 'colon' : 'comma or end';
    } else if (isValue && (character === '{' || character === '[')) {
      open.push(character);
      at++;
      expected = character === '{' ? 'name or }' : 'value or ]';
    } else if (closes(character, open.at(-1), expected)) {
      open.pop();
      at++;
      expected = 'comma or end';
    } else if (character === ':' && expected === 'colon') {
      at++;
      expected = 'value';
    } else if (character === ',' && expected === 'comma or end' && open.length > 0) {
      at++;
      expected = open.at(-1) === '{' ? 'name' : 'value';
    } else {
      const end = isValue ? endOf(scalar, text, at) : at;
      if (end === at) return at;
      at = end;
      expected = 'comma or end';
    }
  }
}

function closes(character: string, innermost: '{' | '[' | undefined, expected: Expected): boolean {
  if (character === '}')
    return innermost === '{' && (expected === 'name or }' || expected === 'comma or end');
  if (character === ']')
    return innermost === '[' && (expected === 'value or ]' || expected === 'comma or end');
  return false;
}

/** Reads the string that begins at the quote; `end` is behind it, or where it goes wrong. */
function readString(text: string, start: number): { isClosed: boolean; end: number } {
  let at = start + 1;
  while (at < text.length) {
    const character = text[at] as string;
    if (character === '"') return { isClosed: true, end: at + 1 };
    const next = character === '\\' ? endOf(escaped, text, at) : character < ' ' ? at : at + 1;
    if (next === at) return { isClosed: false, end: at };
    at = next;
  }
  return { isClosed: false, end: text.length };
}

/** Where the pattern's match at this place ends; the place itself if it does not match. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
