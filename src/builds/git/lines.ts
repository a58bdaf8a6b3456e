/** Of one line, in characters; what a line has more is left out. */
const longestLine = 4000;
/** Of all lines, in characters: what the other side sends has no end of its own. */
const mostText = 1024 * 1024;

export interface Lines {
  add(text: string): void;
  /** There is no more: the line that was begun is one. */
  end(): void;
}

/**
 * Divides text that comes in pieces into its lines, at line breaks and carriage returns; empty lines are left out.
 * @param onLine told of each line, without control characters; after 1 MB of one last line that says so
 */
export function createLines(onLine: (line: string) => void): Lines {
  let begun = '';
  let left = mostText;
  const finish = () => {
    const line = begun.replace(/\p{Cc}/gu, (character) => (character === '\t' ? ' ' : '')).trimEnd();
    begun = '';
    if (line === '' || left < 0) return;
    left -= line.length;
    onLine(left < 0 ? '… more lines are not shown' : line);
  };
  return {
    add(text) {
      const [first = '', ...others] = text.split(/[\r\n]/);
      begun = (begun + first).slice(0, longestLine);
      for (const other of others) {
        finish();
        begun = other.slice(0, longestLine);
      }
    },
    end: finish,
  };
}
