/** One line of the report: a figure, and what it is to reach, where there is such a thing. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly atMost?: number;
  readonly atLeast?: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 1 ? middle : middle - 1], sorted[middle]];
  return (low + high) / 2;
}

export function print(title: string, figures: readonly Figure[]): void {
  process.stdout.write(`\n${title}\n`);
  for (const figure of figures) process.stdout.write(`  ${line(figure)}\n`);
}

function line({ what, value, unit, atMost, atLeast }: Figure): string {
  const shown = `${what.padEnd(66)} ${format(value).padStart(9)} ${unit.padEnd(10)}`;
  const goal =
    atMost !== undefined ? `at most ${atMost}` : atLeast !== undefined ? `at least ${atLeast}` : '';
  if (goal === '') return shown.trimEnd();
  const isReached = value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? 0);
  return `${shown} ${goal}: ${isReached ? 'reached' : 'MISSED'}`;
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
