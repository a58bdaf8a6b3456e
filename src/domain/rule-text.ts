import type { CompiledRule } from './redirect-rules.ts';

/** A rule on one line, for people: `rule 2: /docs/<*> → /documents/<*> (301)`. Rules are counted from 1. */
export function describeRule({ index, rule }: CompiledRule): string {
  const status = rule.status || 'no status';
  return `rule ${index + 1}: ${oneLine(rule.source)} → ${oneLine(rule.target)} (${oneLine(status)})`;
}

function oneLine(text: string): string {
  return text.replace(
    /\p{Cc}/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
