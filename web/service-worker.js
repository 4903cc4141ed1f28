// Keeps the page for use without a network. The build (web/list-files.mjs) fills in the three constants.
//
// All files of one build live in one cache, named by the hash of them all. Names hold hashes of their content, and the
// clerk is asked for with the page's own. A cache is filled completely and with the very index.html that names them
// (VERSION is its hash), or not at all, and each worker answers from its own cache only: an old engine is never served with a new page, nor the other way round.
// Online, the page comes from the network, so that a new version shows at once; its files, which never change,
// come from the cache. A new worker waits until the last page of the old one is closed, as browsers have it: so no
// page loses its files while it loads.
const BUILD = "";
const VERSION = "";
const FILES = [];

const HERE = new URL("./", location).href;
const NAME = `lockstep ${HERE} `; // Others may live on this host.
const CACHE = NAME + BUILD;
const PAGES = [HERE, `${HERE}index.html`];
const ADDRESSES = FILES.map((file) => HERE + file);

const hash = async (response) => {
  const digest = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

const install = async () => {
  const page = await fetch(HERE, { cache: "no-cache" });
  if ((await hash(page.clone())) !== VERSION) throw new Error("Another version has come meanwhile.");
  const cache = await caches.open(CACHE);
  await cache.addAll(ADDRESSES);
  await cache.put(HERE, page);
};

const forgetOthers = async () => {
  const others = (await caches.keys()).filter((name) => name.startsWith(NAME) && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
};

const kept = async (address) => (await caches.open(CACHE)).match(address);

const page = async (request) => {
  try {
    return await fetch(request);
  } catch (error) {
    const old = await kept(HERE);
    if (old) return old;
    throw error;
  }
};

const file = async (request) => (await kept(request.url)) ?? fetch(request);

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && PAGES.includes(origin + pathname)) event.respondWith(page(request));
  else if (ADDRESSES.includes(request.url)) event.respondWith(file(request));
});
