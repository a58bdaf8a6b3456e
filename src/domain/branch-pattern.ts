/**
 * Whether a pattern names a branch. A lone `*` names every branch; otherwise `*` does not cross a slash and
 * `**` does. There is no `!`, and spaces around the pattern do not count.
 * AWS documentation: Amplify Hosting user guide, "Pattern-based feature branch deployments".
 *
 * Callers write the pattern, so the time is bounded by its length times the name's: a regular expression
 * made of it could run for hours.
 */
export function matchesBranch(pattern: string, branchName: string): boolean {
  const trimmed = pattern.trim();
  const parts = trimmed === '*' ? ['**'] : (trimmed.match(/\*{2,}|./gs) ?? []);
  if (parts.filter((part) => !part.startsWith('*')).length > branchName.length) return false;

  // Whether the parts so far can stand for the first n characters of the name, for each n.
  let reached = [true, ...Array(branchName.length).fill(false)];
  for (const part of parts) {
    const next: boolean[] = [];
    for (let length = 0; length <= branchName.length; length++) {
      const last = branchName[length - 1];
      const grows = next[length - 1] === true && (part !== '*' || last !== '/');
      next.push(part.startsWith('*') ? reached[length] || grows : part === last && reached[length - 1]);
    }
    reached = next;
  }
  return reached[branchName.length] === true;
}
