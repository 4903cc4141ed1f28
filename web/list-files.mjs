// Names the clerk by its content, and tells the service worker what belongs to the page: Trunk calls this when a build is
// complete (see Trunk.toml).
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.TRUNK_STAGING_DIR;
const read = (name) => readFileSync(join(folder, name));
// Not what lies in folders: the protocol's source, which is only linked to.
const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
const names = entries.map(({ name }) => name).filter((name) => name !== "service-worker.js").sort();

// The clerk's files have no hash in their names: the page asks for them with this one (see web/src/effect/clerk.rs).
const clerk = createHash("sha256");
for (const name of names.filter((name) => name.includes("clerk"))) clerk.update(read(name));
const clerkHash = clerk.digest("hex").slice(0, 16);
const unnamed = read("index.html").toString();
const index = unnamed.replace('data-clerk=""', `data-clerk="${clerkHash}"`);
if (index === unnamed) throw new Error("index.html has lost its place for the clerk's name");
writeFileSync(join(folder, "index.html"), index);

const build = createHash("sha256");
for (const name of names) build.update(name).update(read(name));
const files = names.filter((name) => name !== "index.html");
const addresses = files.map((name) => (/-[0-9a-f]{16}[._]/.test(name) ? name : `${name}?${clerkHash}`));

let text = read("service-worker.js").toString();
for (const [name, value] of Object.entries({
  BUILD: build.digest("hex"),
  VERSION: createHash("sha256").update(read("index.html")).digest("hex"),
  FILES: addresses,
})) {
  const place = new RegExp(`const ${name} = (""|\\[\\]);`);
  if (!place.test(text)) throw new Error(`web/service-worker.js has lost its place for ${name}`);
  text = text.replace(place, `const ${name} = ${JSON.stringify(value)};`);
}
writeFileSync(join(folder, "service-worker.js"), text);
