import { type SeenError, seenError } from './errors.ts';

export interface Outcome<Won> {
  won: Won[];
  refusals: SeenError[];
}

/** Sends requests at the same time and waits for every answer. */
export async function race<Won>(requests: Promise<Won>[]): Promise<Outcome<Won>> {
  const outcome: Outcome<Won> = { won: [], refusals: [] };
  for (const settled of await Promise.allSettled(requests)) {
    if (settled.status === 'fulfilled') outcome.won.push(settled.value);
    else outcome.refusals.push(seenError(settled.reason));
  }
  return outcome;
}

/** The same request many times, told apart by its number from 0. */
export function times<Won>(count: number, request: (number: number) => Promise<Won>): Promise<Won>[] {
  return Array.from({ length: count }, (_, number) => request(number));
}
