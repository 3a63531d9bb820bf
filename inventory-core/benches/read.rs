//! Reads one inventory a number of times and prints how long each took, in seconds, a line each: `read FILE COUNT`.
//!
//! No framework: `scripts/bench` puts the numbers beside Ansible's, of the same file in the same run.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use inventory_core::ansible;
use inventory_core::yaml::Source;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).filter(|argument| argument != "--bench");
    // `cargo test --benches` and `cargo bench` without arguments have nothing to measure here.
    let Some(path) = arguments.next().map(PathBuf::from) else { return Ok(()) };
    let count: u32 = arguments.next().and_then(|text| text.to_str()?.parse().ok()).unwrap_or(10);
    for _ in 0..count {
        let start = Instant::now();
        let inventory = ansible::read(&Source::read(&path)?)?;
        let took = start.elapsed();
        assert!(!inventory.hosts.is_empty(), "nothing was read");
        writeln!(std::io::stdout(), "{}", took.as_secs_f64())?;
    }
    Ok(())
}
