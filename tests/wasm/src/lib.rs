//! The core's benchmarks in WebAssembly: the same work as `lockstep bench` does natively, without a
//! clock, for `bench.mjs` to time in Node.

use lockstep_core::bench;
use lockstep_core::lab::Session;
use wasm_bindgen::prelude::wasm_bindgen;

/// Takes so many steps with all checks and returns the digest.
#[wasm_bindgen]
#[must_use]
pub fn steps_with_checks(steps: u32) -> u64 {
    bench::steps_with_checks(steps.into())
}

/// The same without checks.
#[wasm_bindgen]
#[must_use]
pub fn steps_without_checks(steps: u32) -> u64 {
    bench::steps_without_checks(steps.into())
}

/// Takes so many steps of the cache with all checks and returns the digest.
#[wasm_bindgen]
#[must_use]
pub fn cache_steps_with_checks(steps: u32) -> u64 {
    bench::caches::steps_with_checks(steps.into())
}

/// A run of a million steps to seek in.
#[wasm_bindgen]
#[derive(Debug)]
pub struct LongRun(Session);

#[wasm_bindgen]
impl LongRun {
    /// Takes the million steps.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self(bench::long_run())
    }

    /// Seeks to the `number`th of a fixed list of places.
    pub fn seek(&mut self, number: u32) {
        bench::seek(&mut self.0, number.into());
    }
}

impl Default for LongRun {
    fn default() -> Self {
        Self::new()
    }
}
