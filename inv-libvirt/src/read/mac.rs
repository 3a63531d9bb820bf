//! Hardware addresses.

use std::fmt;

/// A MAC address, always written the same way: libvirt keeps capitals where a person wrote them, and the DHCP server
/// does not.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Mac(String);

impl Mac {
    /// The address in lower case, every part with two digits. What is none stays what it is, and equals itself.
    pub(super) fn new(text: &str) -> Self {
        let lower = text.trim().to_ascii_lowercase();
        let parts: Vec<&str> = lower.split([':', '-']).collect();
        let is_part = |part: &&str| matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        if parts.len() == 6 && parts.iter().all(is_part) {
            let padded: Vec<String> = parts.iter().map(|part| format!("{part:0>2}")).collect();
            return Self(padded.join(":"));
        }
        Self(lower)
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_card_is_written_in_many_ways() {
        for text in ["52:54:00:96:00:0A", "52-54-00-96-00-0a", "52:54:0:96:0:a", " 52:54:00:96:00:0a\n"] {
            assert_eq!(Mac::new(text).to_string(), "52:54:00:96:00:0a");
        }
        assert_eq!(Mac::new("{{ X }}").to_string(), "{{ x }}");
    }
}
