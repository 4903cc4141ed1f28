// Tells the service worker what belongs to the page: Trunk calls this when a build is complete (see Trunk.toml).
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.TRUNK_STAGING_DIR;
const worker = join(folder, "service-worker.js");
const version = createHash("sha256").update(readFileSync(join(folder, "index.html"))).digest("hex");
const files = readdirSync(folder).filter((name) => !["index.html", "service-worker.js"].includes(name)).sort();

const text = readFileSync(worker, "utf8")
  .replace('const VERSION = "";', `const VERSION = ${JSON.stringify(version)};`)
  .replace("const FILES = [];", `const FILES = ${JSON.stringify(files)};`);
if (!text.includes(version) || !files.every((name) => text.includes(name))) {
  throw new Error("web/service-worker.js has lost the places that the build fills in");
}
writeFileSync(worker, text);
