import { type CST, Lexer, type LineCounter, Parser } from 'yaml';
import { positionAt } from './position-at.ts';
import { YamlProblem } from './yaml-problem.ts';

/** In characters. */
const longestText = 1_048_576;
/** What is put together out of the tokens calls itself for each level. */
const deepest = 50;
/** A text of nothing but short tokens takes a fraction of a second then. */
const mostTokens = 50_000;
/** Each can be a wrong escape, and so an error of its own with all that belongs to one. */
const mostBackslashes = 20_000;
/** Each can be an error too; there are two that have a meaning. */
const mostDirectives = 10;

/**
 * The tokens of a YAML text, which are made without recursion. Throws YamlProblem as soon as it is clear that to put
 * them together would take much of the stack or of time.
 */
export function* boundedTokens(text: string, lines: LineCounter): Generator<CST.Token, void> {
  if (text.length > longestText) throw new YamlProblem(`It is longer than ${longestText} characters`);
  if (text.split('\\', mostBackslashes + 2).length > mostBackslashes + 1) {
    throw new YamlProblem(`It has more than ${mostBackslashes} backslashes`);
  }
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const refuse = (why: string, offset = parser.offset) => new YamlProblem(why, positionAt(lines, offset));
  let count = 0;
  let directives = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') throw refuse(token.message, token.offset);
      if (token.type === 'directive' && ++directives > mostDirectives)
        throw refuse('There are too many directives');
      yield token;
    }
    if (parser.stack.length > deepest) throw refuse(`It is nested more than ${deepest} levels deep`);
    if (++count > mostTokens) throw refuse(`It has more than ${mostTokens} tokens`);
  }
  yield* parser.end();
}
