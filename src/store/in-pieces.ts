/** How many rows go into one statement: databases bound the number of values in it. */
const rowsAtOnce = 1000;

/** Rows in as many pieces as statements are needed to insert them; none for no rows. */
export function* inPieces<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += rowsAtOnce) yield rows.slice(start, start + rowsAtOnce);
}
