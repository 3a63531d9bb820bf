//! Ranges in host names: `node[1:3]` is `node1`, `node2`, `node3`.

use super::python;

/// The letters that a range may run over, in the order in which it does.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// More ranges than this in one name are refused. Python's own recursion ends at about a thousand.
const MAX_RANGES: usize = 100;

/// Why a range cannot be expanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// No brackets that belong together, or a `|`, which Ansible cannot tell from them.
    #[error("its brackets do not form one range")]
    Brackets,
    /// Neither `begin:end` nor `begin:end:step`.
    #[error("a range is `[begin:end]` or `[begin:end:step]`")]
    Parts,
    /// Nothing after the colon.
    #[error("the range has no end")]
    NoEnd,
    /// `[01:100]`: with leading zeros both ends have the same length.
    #[error("a range that begins with a zero needs both ends in the same length, as in `[001:100]`")]
    Lengths,
    /// `[c:a]`.
    #[error("the range ends before it begins")]
    Backwards,
    /// Ends that are neither numbers nor letters, or a step that is no number or zero.
    #[error("a range runs between two numbers or two letters, with a step other than 0")]
    NoNumber,
    /// More than a hundred ranges in one name.
    #[error("more than {MAX_RANGES} ranges in one name")]
    TooMany,
    /// The inventory would have more hosts than we are ready to hold.
    #[error("with it the inventory is too large: more than {} hosts or {} MiB", Budget::HOSTS, Budget::BYTES >> 20)]
    TooLarge,
}

/// What all ranges of one inventory may produce together, so that `[1:999999999]` is an error and not an outage.
#[derive(Debug, Clone)]
pub struct Budget {
    hosts: u64,
    bytes: u64,
}

impl Budget {
    /// Hosts in all.
    pub const HOSTS: u64 = 1_000_000;
    /// Bytes in all, of names and the variables each host gets its own copy of.
    pub const BYTES: u64 = 512 << 20;

    /// A full budget: one for each inventory.
    pub fn new() -> Self {
        Self { hosts: Self::HOSTS, bytes: Self::BYTES }
    }

    /// What a name costs beside its characters, so that short ones are not free.
    const NAME: u64 = 64;

    fn take_host(&mut self) -> Result<(), Unusable> {
        self.hosts = self.hosts.checked_sub(1).ok_or(Unusable::TooLarge)?;
        Ok(())
    }

    fn take_bytes(&mut self, bytes: usize) -> Result<(), Unusable> {
        let cost = (bytes as u64).saturating_add(Self::NAME);
        self.bytes = self.bytes.checked_sub(cost).ok_or(Unusable::TooLarge)?;
        Ok(())
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new()
    }
}

/// The names that a pattern stands for: itself when it has no bracket.
///
/// `weight` is the number of bytes that each host costs beside its name.
///
/// # Errors
///
/// When a bracket is there but no range, or when the budget is used up.
pub fn expand(pattern: &str, weight: usize, budget: &mut Budget) -> Result<Vec<String>, Unusable> {
    if pattern.bytes().filter(|b| *b == b'[').count() > MAX_RANGES {
        return Err(Unusable::TooMany);
    }
    let mut names = Vec::new();
    expand_into(pattern.to_owned(), weight, budget, &mut names)?;
    Ok(names)
}

fn expand_into(pattern: String, weight: usize, budget: &mut Budget, names: &mut Vec<String>) -> Result<(), Unusable> {
    budget.take_bytes(pattern.len() + weight)?;
    if !pattern.contains('[') {
        budget.take_host()?;
        names.push(pattern);
        return Ok(());
    }
    // The first `[` and the first `]` become bars, whichever comes first, and there must be no third.
    let barred = pattern.replacen('[', "|", 1).replacen(']', "|", 1);
    let parts: Vec<&str> = barred.split('|').collect();
    let [head, range, tail] = parts[..] else { return Err(Unusable::Brackets) };
    let range = Range::parse(range)?;
    let mut at = 0;
    while let Some(item) = range.item(at) {
        expand_into(format!("{head}{item}{tail}"), weight, budget, names)?;
        at += 1;
    }
    Ok(())
}

/// A range that can be walked: what its items are is decided once.
enum Range {
    Letters { begin: usize, end: usize, step: i128 },
    Numbers { begin: i128, end: i128, step: i128, width: usize },
}

impl Range {
    fn parse(text: &str) -> Result<Self, Unusable> {
        let bounds: Vec<&str> = text.splitn(4, ':').collect();
        let (begin, end, step) = match bounds[..] {
            [begin, end] => (begin, end, "1"),
            [begin, end, step] => (begin, end, step),
            _ => return Err(Unusable::Parts),
        };
        let begin = if begin.is_empty() { "0" } else { begin };
        if end.is_empty() {
            return Err(Unusable::NoEnd);
        }
        let padded = begin.starts_with('0') && begin.len() > 1;
        let width = if padded { begin.chars().count() } else { 0 };
        if padded && end.chars().count() != width {
            return Err(Unusable::Lengths);
        }
        let step = python::int(step).filter(|step| *step != 0);
        if let (Some(begin), Some(end)) = (LETTERS.find(begin), LETTERS.find(end)) {
            if begin > end {
                return Err(Unusable::Backwards);
            }
            return Ok(Self::Letters { begin, end, step: step.ok_or(Unusable::NoNumber)? });
        }
        match (python::int(begin), python::int(end), step) {
            (Some(begin), Some(end), Some(step)) => Ok(Self::Numbers { begin, end, step, width }),
            _ => Err(Unusable::NoNumber),
        }
    }

    /// The item at a position, counted from 0.
    fn item(&self, at: i128) -> Option<String> {
        match *self {
            Self::Letters { begin, end, step } => {
                let at = usize::try_from(at.checked_mul(step)?).ok()?.checked_add(begin)?;
                // Backwards, Python's slice is empty: it would start before its end.
                (step > 0 && at <= end).then(|| LETTERS[at..=at].to_owned())
            }
            Self::Numbers { begin, end, step, width } => {
                let number = at.checked_mul(step)?.checked_add(begin)?;
                // Python's range stops before `end + 1`, also on the way down.
                let inside = if step > 0 { number <= end } else { number > end.saturating_add(1) };
                inside.then(|| format!("{number:0width$}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(pattern: &str) -> Result<Vec<String>, Unusable> {
        expand(pattern, 0, &mut Budget::new())
    }

    #[test]
    fn zeros_pad_and_steps_skip() {
        assert_eq!(names("n[01:05:2]").unwrap(), ["n01", "n03", "n05"]);
        assert_eq!(names("[a:c]-[1:2]").unwrap(), ["a-1", "a-2", "b-1", "b-2", "c-1", "c-2"]);
    }

    #[test]
    fn a_million_hosts_are_expanded_and_one_more_is_refused() {
        assert_eq!(names("n[1:1000000]").unwrap().len(), 1_000_000);
        assert_eq!(names("n[0:1000000]"), Err(Unusable::TooLarge));
    }

    #[test]
    fn a_range_without_bounds_is_refused_quickly() {
        assert_eq!(names("n[1:999999999]"), Err(Unusable::TooLarge));
        assert_eq!(names(&"[1:1]".repeat(5000)), Err(Unusable::TooMany));
    }
}
