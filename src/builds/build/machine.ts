import { availableParallelism } from 'node:os';
import type { AppSettings } from '../../domain/app.ts';
import type { Variables } from '../../domain/environment-variables.ts';

/** What a build runs on, and within. */
export interface Machine {
  readonly sandbox: 'none' | 'bubblewrap';
  readonly limits: {
    /** Of all its processes, in bytes. */
    readonly memory: number;
    readonly processes: number;
    /** Of its folder, in bytes. */
    readonly disk: number;
  };
  /** What the operator gives to every build. */
  readonly variables: Variables;
  /** The PATH of the server. */
  readonly path: string;
}

type ComputeType = AppSettings['jobConfig']['buildComputeType'];

const GiB = 1024 ** 3;

/** AWS documentation: Amplify Hosting user guide, "Configuring the build instance". */
const computeTypes: Readonly<Record<ComputeType, { name: string; memory: number }>> = {
  STANDARD_8GB: { name: 'Standard', memory: 8 * GiB },
  LARGE_16GB: { name: 'Large', memory: 16 * GiB },
  XLARGE_72GB: { name: 'XLarge', memory: 72 * GiB },
};

/** The memory that a build may use, in bytes. */
export function memoryOf(computeType: ComputeType): number {
  return computeTypes[computeType].memory;
}

/** The first line of a build's log: AWS's form, with what is true of this machine. */
export function describeMachine({ limits }: Machine, computeType: ComputeType): string {
  const { name } = computeTypes[computeType];
  const memory = `${Math.round((limits.memory / GiB) * 10) / 10}GiB Memory`;
  const disk = `${Math.round(limits.disk / 1e9)}GB Disk Space`;
  const processors = `${availableParallelism()}vCPUs`;
  return `# Build environment configured with ${name} build compute type: ${memory}, ${processors}, ${disk}`;
}
