//! Weighs the page: the bytes that a first visit brings over the wire.
//!
//! Static hosts send text and WebAssembly compressed with brotli. Every file of `dist/` is weighed,
//! compressed by itself at the highest quality, as a host that compresses ahead of time does. What
//! a first visit brings is index.html and whatever it names; the rest is told of, but counts only
//! for those who use it: the clerk, which reads and writes files, and the sources that the page
//! shows. HTTP's own headers are not counted.

use anyhow::{Context, Result, bail};
use brotli::enc::BrotliEncoderParams;
use std::fs;
use std::path::{Path, PathBuf};

/// What a first visit should cost, in bytes after compression. It is not reached, and the table
/// says by how much.
const MARK_BYTES: usize = 220_000;
/// What a first visit may cost, so that the distance to the mark does not grow. To be lowered
/// whenever the page gets lighter, and never raised without a reason in the commit. So far it was
/// raised seven times: the laboratory's timeline, lists and forms doubled what there is to see;
/// then the protocol and its checks grew from the paper's §5 to all of Raft, with words for each
/// of it; then a second lab came, with a stage, forms, checks and stories of its own; then the
/// page came to judge the history of locks as the command line does; then a third lab came, with a
/// stage, a state diagram, tables, forms, checks and stories of its own; then that lab came to have
/// random runs, a search for planted bugs, and its tables whole; then transactions came to be
/// followed to their end, and cells of the tables to lead to stories. It was lowered when all that
/// is sorted for the page came to be sorted by one piece of code: 782,488 bytes.
const BUDGET_BYTES: usize = 784_000;

/// The quality of hosts that compress ahead of time.
const BEST: i32 = 11;

struct Weight {
    name: String,
    raw_bytes: usize,
    brotli_bytes: usize,
    /// Whether a first visit brings it.
    first: bool,
}

/// Prints the table; an error where the page is over its budget.
pub(crate) fn report(folder: &Path) -> Result<()> {
    let index = fs::read_to_string(folder.join("index.html")).context("index.html")?;
    let mut weights = Vec::new();
    for file in files(folder)? {
        let bytes = fs::read(&file).with_context(|| format!("{}", file.display()))?;
        let name = file.strip_prefix(folder)?.display().to_string();
        let first = name == "index.html" || index.contains(&name);
        let brotli_bytes = compressed(&bytes, BEST)?.len();
        weights.push(Weight { name, raw_bytes: bytes.len(), brotli_bytes, first });
    }
    weights.sort_by_key(|weight| (!weight.first, std::cmp::Reverse(weight.brotli_bytes)));
    println!("{}", table(&weights));
    judge(&weights)
}

fn judge(weights: &[Weight]) -> Result<()> {
    let first = weights.iter().filter(|weight| weight.first);
    let total = first.map(|weight| weight.brotli_bytes).sum::<usize>();
    if total > BUDGET_BYTES {
        bail!("the page is {total} bytes over the wire, {} too many", total - BUDGET_BYTES);
    }
    Ok(())
}

fn table(weights: &[Weight]) -> String {
    let first = || weights.iter().filter(|weight| weight.first);
    let total = Weight {
        name: format!("a first visit, mark {MARK_BYTES}, budget {BUDGET_BYTES}"),
        raw_bytes: first().map(|weight| weight.raw_bytes).sum(),
        brotli_bytes: first().map(|weight| weight.brotli_bytes).sum(),
        first: true,
    };
    let later = weights.iter().filter(|weight| !weight.first);
    let mut lines = vec![format!("{:>10} {:>10}  file", "bytes", "brotli")];
    for Weight { name, raw_bytes, brotli_bytes, first } in first().chain([&total]).chain(later) {
        let when = if *first { "" } else { " (later)" };
        lines.push(format!("{raw_bytes:>10} {brotli_bytes:>10}  {name}{when}"));
    }
    lines.join("\n")
}

/// Bytes as brotli makes them, with a quality from 0 to [`BEST`].
pub(crate) fn compressed(bytes: &[u8], quality: i32) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams { quality, lgwin: 22, ..Default::default() };
    let mut output = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut output, &parameters).context("brotli")?;
    Ok(output)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(brotli_bytes: usize) -> Weight {
        Weight { name: "file".to_string(), raw_bytes: 0, brotli_bytes, first: true }
    }

    #[test]
    fn what_is_loaded_later_is_not_part_of_a_first_visit() {
        let later = Weight { first: false, ..weight(BUDGET_BYTES) };
        judge(&[weight(BUDGET_BYTES), later]).unwrap();
    }

    #[test]
    fn the_budget_is_for_all_files_together() {
        judge(&[weight(100_000), weight(BUDGET_BYTES - 100_000)]).unwrap();
        let over = [weight(100_000), weight(BUDGET_BYTES - 99_999)];
        let error = judge(&over).unwrap_err();
        assert!(error.to_string().contains("1 too many"), "{error}");
    }

    #[test]
    fn bytes_are_weighed_compressed() {
        let repeated = compressed(&[b'x'; 10_000], BEST).unwrap().len();
        assert!((1..100).contains(&repeated), "{repeated}");
    }
}
