// Starts the clerk, the program of web/src/clerk.rs, in its worker. The page passes the hash of its files along,
// so that a clerk of another build is never taken from a cache. Errands that come before the program is there wait.
const build = location.search;
const waiting = [];
const keep = ({ data }) => waiting.push(data);
addEventListener("message", keep);
try {
  const program = await import(`./lockstep-clerk.js${build}`);
  await program.default({ module_or_path: new URL(`./lockstep-clerk_bg.wasm${build}`, import.meta.url) });
} catch (error) {
  // Thrown from here, it would only be a promise that failed: the page hears of errors alone.
  setTimeout(() => { throw error; });
}
removeEventListener("message", keep);
for (const data of waiting) dispatchEvent(new MessageEvent("message", { data }));
