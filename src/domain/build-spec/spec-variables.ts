import type { SpecNode } from './spec-node.ts';

/**
 * The variables that a build spec exports. A name is one that bash can hold; it may begin with AWS, which only the
 * API refuses. Throws SpecProblem. AWS documentation: "Build specification reference", `env`.
 */
export function readVariables(node: SpecNode): Readonly<Record<string, string>> {
  let size = 0;
  const variables = node.entries().map(([name, entry]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw entry.problem('is not a name that a variable can have');
    const value = entry.text() ?? '';
    if (value.length > longestValue) throw entry.problem(`is longer than ${longestValue} characters`);
    size += name.length + value.length;
    if (size > largestSize) throw node.problem(`has more than ${largestSize} characters`);
    return [name, value] as const;
  });
  return Object.fromEntries(variables);
}

/**
 * Linux starts no program with a variable of more than 128 KiB, or with more than about 2 MiB of them. In
 * characters, of which each can take three bytes.
 */
const longestValue = 32_768;
const largestSize = 262_144;
