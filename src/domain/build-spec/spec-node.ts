import { type Path, SpecProblem } from './spec-problem.ts';

/**
 * A value of a build spec together with where it stands, so that whatever is of the wrong type can be named. A key
 * without a value counts as absent: it is what is left of a list whose entries are commented out.
 */
export class SpecNode {
  readonly value: unknown;
  readonly path: Path;

  constructor(value: unknown, path: Path = []) {
    this.value = value;
    this.path = path;
  }

  get isAbsent(): boolean {
    return this.value === undefined || this.value === null;
  }

  /** The value under a key; what is absent has only absent ones. */
  at(key: string): SpecNode {
    const map = this.#map();
    return new SpecNode(Object.hasOwn(map, key) ? map[key] : undefined, [...this.path, key]);
  }

  entries(): [string, SpecNode][] {
    return Object.entries(this.#map()).map(([key, value]) => [key, new SpecNode(value, [...this.path, key])]);
  }

  items(): SpecNode[] {
    if (this.isAbsent) return [];
    if (!Array.isArray(this.value)) throw this.problem('must be a list');
    return this.value.map((value, index) => new SpecNode(value, [...this.path, index]));
  }

  /** Numbers and booleans are what they are written as; undefined where there is nothing. */
  text(): string | undefined {
    if (this.isAbsent) return undefined;
    if (isMap(this.value)) {
      throw this.problem('must be text, and is a map: put it in quotes if it contains a colon and a space');
    }
    if (!['string', 'number', 'boolean'].includes(typeof this.value)) throw this.problem('must be text');
    const text = String(this.value);
    if (text.includes('\0')) throw this.problem('must not contain the character NUL');
    return text;
  }

  /** The texts of a list, without the entries that are empty. */
  texts(): string[] {
    return this.items().flatMap((item) => item.text() ?? []);
  }

  /** @param what goes on after the name of the key */
  problem(what: string): SpecProblem {
    const name = this.path.length === 0 ? 'The build spec' : quoted(nameOf(this.path));
    return new SpecProblem([`!!! CustomerError: ${name} ${what}`], this.path);
  }

  #map(): Record<string, unknown> {
    if (this.isAbsent) return {};
    if (!isMap(this.value)) throw this.problem('must be a map');
    return this.value;
  }
}

/** `frontend.phases.build.commands[0]` */
function nameOf(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1);
}

/** In quotes, on one line, and not longer than a line. */
function quoted(text: string): string {
  return `${JSON.stringify(text.slice(0, 150))}${text.length > 150 ? '...' : ''}`;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
