/**
 * What this device keeps: marks that are not sent yet, and each border as it was last told.
 *
 * In IndexedDB, so that a page that is closed, a browser that is killed and a telephone that dies lose nothing: a mark
 * is shown as made only when the browser has it on the disk. Marks hold no name. Borders do, and are forgotten when
 * nobody is signed in any more, or a day after the train has arrived.
 */

const NAME = "rerail-border";
const VERSION = 1;
const MARKS = "marks";
const BORDERS = "borders";

let opening = null;

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(MARKS, { keyPath: "id" });
      request.result.createObjectStore(BORDERS, { keyPath: "key" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

/** Runs `act` on a store and waits until what it wrote is on the disk; the answer is that of its request. */
async function within(store, mode, act) {
  const transaction = (await database()).transaction(store, mode, { durability: "strict" });
  const ended = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
  const request = act(transaction.objectStore(store));
  await ended;
  return request.result;
}

/** Keeps a mark; done when it is on the disk. */
export async function keepMark(mark) {
  await within(MARKS, "readwrite", (store) => store.put(mark));
}

/** Every mark that is not settled, in the order in which they were made. */
export async function marks() {
  const all = await within(MARKS, "readonly", (store) => store.getAll());
  return all.sort((one, other) => one.made - other.made);
}

/** Lets go of a mark: the server has it, or somebody has read why it does not. */
export async function settle(id) {
  await within(MARKS, "readwrite", (store) => store.delete(id));
}

/** Keeps what was last told of a border. */
export async function keepBorder(key, border) {
  await within(BORDERS, "readwrite", (store) => store.put({ ...border, key }));
}

/** What was last told of a border; undefined if nothing was. */
export async function border(key) {
  return within(BORDERS, "readonly", (store) => store.get(key));
}

/** Erases everything but marks: the borders, and the pages that the service workers keep. */
export async function forget() {
  await within(BORDERS, "readwrite", (store) => store.clear());
  for (const name of await cacheNames()) await caches.delete(name);
}

/** Erases the borders whose trains have long arrived. Their pages are the service worker's to erase. */
export async function forgetEnded(now) {
  for (const one of await within(BORDERS, "readonly", (store) => store.getAll())) {
    if (one.ends <= now) await within(BORDERS, "readwrite", (store) => store.delete(one.key));
  }
}

async function cacheNames() {
  if (!("caches" in window)) return []; // the page came neither by https nor from this machine
  return (await caches.keys()).filter((name) => name.startsWith("border "));
}
