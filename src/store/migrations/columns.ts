import { type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely, sql } from 'kysely';
import { isPostgres } from '../engine.ts';

export const required = (column: ColumnDefinitionBuilder) => column.notNull();
export const ofApp = (column: ColumnDefinitionBuilder) =>
  column.notNull().references('apps.app_id').onDelete('cascade');

export const ofBranch = belongsTo('branches', ['app_id', 'branch_name']);
export const ofJob = belongsTo('jobs', ['app_id', 'branch_name', 'job_id']);

/** A row goes with the one that it belongs to. */
function belongsTo(owner: string, key: string[]) {
  return (constraintName: string) => (table: CreateTableBuilder<string, string>) =>
    table.addForeignKeyConstraint(constraintName, key, owner, key, (constraint) =>
      constraint.onDelete('cascade'),
    );
}

export function dialectOf(db: Kysely<never>) {
  return {
    // Order by bytes, the same in both databases; PostgreSQL's default depends on the locale.
    text: isPostgres(db) ? sql`text collate "C"` : sql`text`,
    // One tree instead of a table and an index, so a new row touches half the pages.
    keptByKey: (table: CreateTableBuilder<string, string>) =>
      isPostgres(db) ? table : table.modifyEnd(sql`without rowid`),
  };
}
