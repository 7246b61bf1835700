// The phone's own memory: IndexedDB, in four boxes. What is here outlives the page, the app and the network.

const NAME = "shuxiang";
const VERSION = 1;

/** `draft`: not yet given to be sent; `parcel`: given, on its way; `receipt`: arrived; `copy`: answers of the server for reading offline. */
export type Box = "draft" | "parcel" | "receipt" | "copy";
const KEYS: Record<Box, string> = { draft: "id", parcel: "key", receipt: "key", copy: "path" };

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      for (const [box, keyPath] of Object.entries(KEYS)) asked.result.createObjectStore(box, { keyPath });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error ?? new Error("indexedDB"));
  });
  return opened;
}

async function act<T>(box: Box, mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open();
  return new Promise((done, failed) => {
    const through = db.transaction(box, mode);
    const asked = ask(through.objectStore(box));
    // What was written counts when the whole transaction stands, not when the request was heard.
    through.oncomplete = () => done(asked.result);
    through.onabort = () => failed(through.error ?? new Error("indexedDB"));
    through.onerror = () => failed(through.error ?? new Error("indexedDB"));
  });
}

export const get = <T>(box: Box, key: string): Promise<T | undefined> => act<T | undefined>(box, "readonly", (s) => s.get(key));
export const all = <T>(box: Box): Promise<T[]> => act<T[]>(box, "readonly", (s) => s.getAll());
export const put = (box: Box, value: unknown): Promise<unknown> => act(box, "readwrite", (s) => s.put(value));
export const remove = (box: Box, key: string): Promise<unknown> => act(box, "readwrite", (s) => s.delete(key));
export const empty = (box: Box): Promise<unknown> => act(box, "readwrite", (s) => s.clear());

/** Asks the browser not to clear this memory when the disk runs low; a no is no reason to disturb anyone. */
export function hold(): void {
  void navigator.storage?.persist?.().catch(() => false);
}
