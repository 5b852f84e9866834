/**
 * Keeps the pages of one departure's borders on the device, so that they open without a network.
 *
 * Before this stand the constants ADDRESS (of the departure's borders), FILES (styles and scripts, each at an address
 * that names its content), VERSION (of FILES) and ENDS (milliseconds since 1970: when the device lets go of it all).
 * Pages are asked of the network first; data and marks are the pages' own business and never come by here.
 */

const PREFIX = `border ${ADDRESS} `;
const CACHE = PREFIX + VERSION;
const PAGES = [`${ADDRESS}/board`, `${ADDRESS}/inspect`, "/keys"];
const PATIENCE_MS = 6_000;

self.addEventListener("install", (event) => event.waitUntil(installed()));

self.addEventListener("activate", (event) => event.waitUntil(activated()));

self.addEventListener("message", (event) => event.waitUntil(keep(event.data.keep, event.ports[0])));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (Date.now() >= ENDS) event.waitUntil(gone());
  else if (FILES.includes(url.pathname)) event.respondWith(fromDevice(request));
  else if (PAGES.includes(url.pathname)) event.respondWith(fresh(request));
});

/** Fetches everything, and anew the pages that an older version kept: until all is there, the older one stays. */
async function installed() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES);
  for (const name of await older()) {
    for (const { url } of await (await caches.open(name)).keys()) {
      if (PAGES.includes(new URL(url).pathname) && !(await renewed(url))) throw new Error("a page is not to be had");
    }
  }
  await self.skipWaiting();
}

async function activated() {
  for (const name of await older()) await caches.delete(name);
  await self.clients.claim();
}

/** Keeps the pages that are asked for; says whether all of them are there now. */
async function keep(pages, port) {
  const cache = await caches.open(CACHE);
  const there = await Promise.all(
    pages.map(async (page) => (await renewed(page)) || Boolean(await cache.match(keyOf(page), { ignoreVary: true }))),
  );
  port.postMessage({ kept: there.every(Boolean) });
}

async function fromDevice(request) {
  const cached = await (await caches.open(CACHE)).match(request, { ignoreVary: true });
  return cached ?? fetch(request);
}

/** A page as it is now; as it was kept if there is no network, a server that fails, or neither for too long. */
async function fresh(request) {
  const kept = await (await caches.open(CACHE)).match(keyOf(request.url), { ignoreVary: true });
  let answer;
  try {
    const asked = fetch(request);
    answer = await (kept ? Promise.race([asked, lateness()]) : asked);
  } catch {
    return kept ?? Response.error();
  }
  if (answer.status >= 500 && kept) return kept;
  await put(request.url, answer);
  return answer;
}

function lateness() {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error("too late")), PATIENCE_MS);
  });
}

/** Fetches a page and keeps it; whether there was anything to keep. */
async function renewed(url) {
  try {
    return await put(url, await fetch(url));
  } catch {
    return false;
  }
}

/** Keeps an answer if it is the page and not the way to the sign-in page. */
async function put(url, answer) {
  if (!answer.ok || answer.redirected || answer.type !== "basic") return false;
  await (await caches.open(CACHE)).put(keyOf(url), answer.clone());
  return true;
}

/** A page is kept once, in whatever language and however sifted it was asked for. */
function keyOf(address) {
  const url = new URL(address, self.location.origin);
  const crossing = url.searchParams.get("crossing");
  return url.origin + url.pathname + (crossing ? `?crossing=${encodeURIComponent(crossing)}` : "");
}

async function older() {
  return (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
}

/** The train has long arrived: nothing of it stays on the device. */
async function gone() {
  await caches.delete(CACHE);
  await self.registration.unregister();
}
