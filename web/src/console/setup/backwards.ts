// A record that is read from its newest entry back, a page at a time.

import { paged, type Page, type Paged } from "@/shared/paged";

const PAGE = 30;

export function backwards<T extends { seq: number }>(get: (query: { before?: number; most: number }) => Promise<T[]>): Paged<Page<T>> {
  return paged(async ({ cursor }) => {
    const items = await get({ most: PAGE, ...(cursor ? { before: Number(cursor) } : {}) });
    // A page that is not full is the last.
    const last = items.length === PAGE ? items.at(-1) : undefined;
    return { items, next: last ? String(last.seq) : null };
  });
}
