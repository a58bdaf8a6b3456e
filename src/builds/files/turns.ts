import { createGate } from './gate.ts';

/** How many deployments are unpacked or compressed at once on one server: they fill its processors. */
export const turns = createGate(4);

/** How many files of one are looked at together. */
export const width = 8;
