//! What a finding is called from one run to the next.

use std::collections::HashMap;

use super::names::{self, Names};
use super::quote::Quoter;
use crate::lint::finding::{Finding, Place};
use crate::lint::outcome::Unread;
use crate::lint::output::place::path;

/// A name for each finding, 16 hexadecimal digits, no two the same. It is made of the rule's code, the file as `names`
/// calls it, and the line of the primary place with the part that is meant; of several that agree in all of that, each
/// but the first has its number among them in it. So it stays when lines move, when numbers in the message change, and
/// when another place that the finding speaks of is mended.
///
/// Secrets are no part of it.
pub fn fingerprints<'a>(findings: impl IntoIterator<Item = &'a Finding>, names: Names<'_>) -> Vec<String> {
    // Quoters know texts by where they are in memory, and the names have no part in that.
    let named: Vec<Finding> = names::findings(findings, names).collect();
    of(&named, &Quoter::default())
}

pub(super) fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>, quoter: &Quoter) -> Vec<String> {
    unique(findings.into_iter().map(|finding| hash(finding, quoter)))
}

/// The same of what could not be read.
pub(super) fn of_unread(unread: &[Unread]) -> Vec<String> {
    unique(unread.iter().map(|unread| text(text(START, &path(&unread.location.file)), &unread.reason)))
}

fn unique(hashes: impl Iterator<Item = u64>) -> Vec<String> {
    let mut seen: HashMap<u64, u64> = HashMap::new();
    let name = |hash| {
        let earlier = seen.entry(hash).or_default();
        let name = if *earlier == 0 { hash } else { fnv1a(hash, &earlier.to_le_bytes()) };
        *earlier += 1;
        format!("{name:016x}")
    };
    hashes.map(name).collect()
}

fn hash(finding: &Finding, quoter: &Quoter) -> u64 {
    let place = &finding.primary.place;
    let line = if place.is_file() { String::new() } else { line(place, quoter) };
    text(text(text(START, finding.rule.code), &path(place.source.name())), &line)
}

/// The line, and which part of it is meant.
fn line(place: &Place, quoter: &Quoter) -> String {
    let quote = quoter.line(place);
    format!("{}\0{}", quote.text.trim(), &quote.text[quote.span])
}

/// The zero byte keeps two texts from running into one another.
fn text(hash: u64, text: &str) -> u64 {
    fnv1a(fnv1a(hash, text.as_bytes()), &[0])
}

/// Where FNV-1a begins.
const START: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a, which is the same in every release of every compiler.
fn fnv1a(start: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
