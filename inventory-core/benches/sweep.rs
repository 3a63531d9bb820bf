//! Finds what overlaps among the ranges of a file, one a line, and prints how long that took, in seconds, then what was
//! found: how many the same, inside, crossing, and a sum of who with whom. `sweep FILE`.
//!
//! No framework: `scripts/bench` puts the numbers beside those of `scripts/overlaps.py`, of the same file in the same
//! run.

use std::io::Write as _;
use std::time::Instant;

use inventory_core::network::address::AddressRange;
use inventory_core::network::overlap::{Lie, overlaps};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).filter(|argument| argument != "--bench");
    // `cargo test --benches` and `cargo bench` without arguments have nothing to measure here.
    let Some(path) = arguments.next() else { return Ok(()) };
    let text = std::fs::read_to_string(path)?;
    let ranges = text.lines().map(str::parse).collect::<Result<Vec<AddressRange>, _>>()?;

    let start = Instant::now();
    let found = overlaps(&ranges);
    let took = start.elapsed();

    let [same, inside, crossing] =
        [Lie::Same, Lie::Inside, Lie::Crossing].map(|how| found.iter().filter(|overlap| overlap.how == how).count());
    let sum: usize = found.iter().map(|overlap| overlap.range * overlap.neighbour).sum();
    writeln!(std::io::stdout(), "{} {same} {inside} {crossing} {sum}", took.as_secs_f64())?;
    Ok(())
}
