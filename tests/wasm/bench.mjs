// Times the core in WebAssembly, in Node: medians of five, as `lockstep bench` does natively.
// usage: node bench.mjs FOLDER-OF-THE-GENERATED-MODULE

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";

const RUNS = 5;
const STEPS = 1_000_000;
const SEEKS = 1_000;
const MARK = 2_000_000;
const MARK_SEEK_MS = 5;
const MARK_MEMORY_MB = 32;

const folder = resolve(process.argv[2]);
const core = await import(pathToFileURL(join(folder, "lockstep_wasm_bench.js")));
const module = readFileSync(join(folder, "lockstep_wasm_bench_bg.wasm"));
const { memory } = core.initSync({ module });

const seconds = (work) => {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
};
const sorted = (figures) => [...figures].sort((one, other) => one - other);
const median = (figures) => sorted(figures)[Math.floor(figures.length / 2)];
const print = (what, figure) => console.log(`${what.padEnd(34)}${figure.padStart(12)}`);
const whole = (figure) => Math.round(figure).toString();

// Memory first: a WebAssembly memory never shrinks, so later work would hide what this needs.
const memoryBefore = memory.buffer.byteLength;
const run = new core.LongRun();
const memoryAfter = memory.buffer.byteLength;
const seeks = sorted(Array.from({ length: SEEKS }, (_, n) => seconds(() => run.seek(n)) * 1000));

const withChecks = [];
const withoutChecks = [];
const ofCaches = [];
for (let n = 0; n < RUNS; n += 1) {
  withChecks.push(STEPS / seconds(() => core.steps_with_checks(STEPS)));
  withoutChecks.push(STEPS / seconds(() => core.steps_without_checks(STEPS)));
  ofCaches.push(STEPS / seconds(() => core.cache_steps_with_checks(STEPS)));
}
const p99 = seeks[Math.floor((SEEKS - 1) * 0.99)];
const megabytes = memoryAfter / 1e6;
console.log(`wasm in Node ${process.version}, medians of ${RUNS}: the same workload`);
print("steps a second, checks on", whole(median(withChecks)));
print("steps a second, checks off", whole(median(withoutChecks)));
print("checks on / off", (median(withChecks) / median(withoutChecks)).toFixed(2));
print("checks on / mark of 2 M", (median(withChecks) / MARK).toFixed(2));
print("the cache, checks on", whole(median(ofCaches)));
print("the cache / mark of 2 M", (median(ofCaches) / MARK).toFixed(2));
print("seek in a million steps, median", `${seeks[SEEKS / 2].toFixed(2)} ms`);
print("seek in a million steps, p99", `${p99.toFixed(2)} ms`);
print("p99 / mark of 5 ms", (p99 / MARK_SEEK_MS).toFixed(2));
print("memory before the run", `${(memoryBefore / 1e6).toFixed(1)} MB`);
print("memory with the run", `${megabytes.toFixed(1)} MB`);
print("memory / mark of 32 MB", (megabytes / MARK_MEMORY_MB).toFixed(2));
