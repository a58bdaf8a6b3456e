import type { Compilable, CompiledQuery } from 'kysely';
import { isPostgres } from './engine.ts';
import type { Reader } from './store.ts';

class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Compiles a query once for each database and afterwards only fills in its values: for the queries that
 * every request makes, building the text anew costs more than running it.
 * @param build builds the query; `value(name)` stands where the value of that name goes
 */
export function prepared<Values extends Readonly<Record<string, unknown>>, Row>(
  build: (
    db: Reader,
    value: <Name extends keyof Values & string>(name: Name) => Values[Name],
  ) => Compilable<Row>,
): (db: Reader, values: Values) => Promise<Row | undefined> {
  const compiled: { sqlite?: CompiledQuery<Row>; postgres?: CompiledQuery<Row> } = {};
  return async (db, values) => {
    const engine = isPostgres(db) ? 'postgres' : 'sqlite';
    compiled[engine] ??= build(db, (name) => new Placeholder(name) as never).compile();
    const query = compiled[engine];
    const parameters = query.parameters.map((parameter) =>
      parameter instanceof Placeholder ? values[parameter.name] : parameter,
    );
    const { rows } = await db.executeQuery<Row>({ ...query, parameters });
    return rows[0];
  };
}
