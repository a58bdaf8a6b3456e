import type { ListIdentity, PageTokens, Place } from './page-tokens.ts';

interface Paging<Item, After extends Place> {
  readonly tokens: PageTokens;
  readonly list: ListIdentity;
  readonly input: { readonly nextToken?: string; readonly maxResults?: number };
  /** Items of a page when the client names no number, or 0. */
  readonly defaultSize: number;
  /** Reads up to `limit` items that come after the place. */
  read(after: After | undefined, limit: number): Promise<Item[]>;
  placeOf(item: Item): After;
}

/**
 * Reads one page by key, not by number, so that a list stays whole while others write. One item more than
 * the page tells whether there is another; the last page has no token.
 */
export async function readPage<Item, After extends Place>(
  paging: Paging<Item, After>,
): Promise<{ items: Item[]; nextToken: string | undefined }> {
  const { tokens, list, input } = paging;
  const size = input.maxResults || paging.defaultSize;
  const found = await paging.read(tokens.open(list, input.nextToken) as After | undefined, size + 1);
  const items = found.slice(0, size);
  const last = items.at(-1);
  const hasMore = found.length > size && last !== undefined;
  return { items, nextToken: hasMore ? tokens.seal(list, paging.placeOf(last)) : undefined };
}
