//! What libvirt itself takes for an inventory: the calls that `inv-libvirt --list` makes, one after the other, and nothing
//! made of what they return. `floor URI open` only connects, which is where the test driver spends nine tenths.
//!
//! Prints the seconds that connecting took, and those of the calls. No framework: `scripts/bench` runs it as a process
//! beside `inv-libvirt`, and takes their CPU time and memory from the kernel.
#![allow(dead_code, unused_imports, reason = "some calls and answers are for questions that are not asked here")]

#[path = "../src/answers.rs"]
mod answers;
#[path = "../src/calls/mod.rs"]
mod calls;
#[path = "../src/options.rs"]
mod options;

use std::io::Write as _;
use std::time::Instant;

use calls::{Access, Connection, Refusal, Source};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    // `cargo test --benches` and `cargo bench` without arguments have nothing to measure here.
    let Some(uri) = arguments.next() else { return Ok(()) };
    let only_opens = arguments.next().is_some_and(|word| word == "open");
    calls::be_quiet();
    calls::be_quiet_in_this_thread();
    let start = Instant::now();
    let connection = Connection::open(&uri, Access::ReadOnly).map_err(|refusal| refusal.words)?;
    writeln!(std::io::stdout(), "{}", start.elapsed().as_secs_f64())?;
    if !only_opens {
        let start = Instant::now();
        let bytes = ask(&connection).map_err(|refusal| refusal.words)?;
        let took = start.elapsed();
        assert!(bytes > 0, "nothing was told");
        writeln!(std::io::stdout(), "{}", took.as_secs_f64())?;
    }
    Ok(())
}

/// How many bytes of descriptions there are, after all questions have been asked.
fn ask(connection: &Connection) -> Result<usize, Refusal> {
    let mut bytes = 0;
    let guests = connection.guests()?;
    for (guest, _) in &guests {
        bytes += guest.xml()?.len();
    }
    let mut asks_by_guest = false;
    for (network, is_active) in connection.networks()? {
        bytes += network.xml()?.len();
        if is_active && !asks_by_guest {
            match network.leases() {
                Err(refusal) if refusal.is_not_supported() => asks_by_guest = true,
                leases => drop(leases?),
            }
        }
    }
    for (guest, _) in guests.iter().filter(|(_, status)| asks_by_guest && status.is_active()) {
        guest.addresses(Source::Lease)?;
    }
    Ok(bytes)
}
