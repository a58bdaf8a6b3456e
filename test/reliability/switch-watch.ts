import { Agent } from 'node:http';
import { type BranchKey, visit } from '../support/deployments.ts';

/** The files of a version: a page and a large asset, each of which names it on every line. */
export function versionFiles(version: string): Record<string, Buffer> {
  const page = `<!doctype html><title>${version}</title>\n`.repeat(20);
  return {
    'index.html': Buffer.from(page),
    'asset.js': Buffer.from(`// ${version}\n`.repeat(25_000)),
  };
}

/**
 * Visitors of one server that keep their connections and ask without a pause, while a branch is switched from
 * one version to the next. Versions may come again, so each switch is known by its number.
 */
export class SwitchWatch {
  readonly problems: string[] = [];
  visits = 0;
  readonly #endpoint: string;
  readonly #branch: BranchKey;
  /** The version of each switch that was at least begun. */
  readonly #versions: string[] = [];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #loops: Promise<unknown>;
  /** The number of the last switch that must have been seen by whoever asks from now on. */
  #floor = 0;
  #isOver = false;

  constructor(endpoint: string, branch: BranchKey, version: string) {
    this.#endpoint = endpoint;
    this.#branch = branch;
    this.#versions.push(version);
    const paths = ['/', '/asset.js', '/', '/asset.js'];
    this.#loops = Promise.all(paths.map((path) => this.#keepAsking(path)));
  }

  /** From now on visitors may get this version. @returns the number of its switch */
  announce(version: string): number {
    return this.#versions.push(version) - 1;
  }

  /** From now on nobody may get what was there before. */
  expectFrom(number: number): void {
    this.#floor = Math.max(this.#floor, number);
  }

  /** Whether a visitor has got it, so that all that come later must get it, too. */
  hasSeen(number: number): boolean {
    return this.#floor >= number;
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#loops;
    this.#agent.destroy();
  }

  async #keepAsking(path: string): Promise<void> {
    while (!this.#isOver) {
      const floor = this.#floor;
      try {
        const { status, bytes } = await visit(this.#endpoint, this.#branch, path, { agent: this.#agent });
        const number = this.#versions.findIndex(
          (version, at) => at >= floor && contentOf(path, version).equals(bytes),
        );
        if (status === 200 && number >= 0) this.expectFrom(number);
        else this.problems.push(`${path} after switch ${floor}: ${status} ${bytes.subarray(0, 60)}`);
        this.visits++;
      } catch (error) {
        this.problems.push(`${path} after switch ${floor}: ${error}`);
      }
    }
  }
}

const contents = new Map<string, Record<string, Buffer>>();

function contentOf(path: string, version: string): Buffer {
  const files = contents.get(version) ?? versionFiles(version);
  contents.set(version, files);
  return files[path === '/' ? 'index.html' : path.slice(1)] ?? Buffer.alloc(0);
}
