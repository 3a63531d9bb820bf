//! What libvirt says when it does not do what it is asked.

use virt::error::Error;

/// The most of a message that is kept, in bytes. Some quote a line of a file, which may be all of it.
const LONGEST: usize = 2_000;

/// An error of libvirt's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// `virErrorNumber`.
    pub(crate) code: u32,
    /// Its words, on one line.
    pub(crate) words: String,
}

impl Refusal {
    /// An error with libvirt's number and words.
    pub(crate) fn new(code: u32, message: &str) -> Self {
        // What the XML parser says is a line, then the line of the file and a caret below it.
        let message =
            if code == virt_sys::VIR_ERR_XML_DETAIL { message.lines().next().unwrap_or_default() } else { message };
        let mut words = message.split_whitespace().collect::<Vec<_>>().join(" ");
        let end = (0..=LONGEST.min(words.len())).rev().find(|&end| words.is_char_boundary(end)).unwrap_or(0);
        words.truncate(end);
        Self { code, words }
    }

    /// An error that libvirt was never asked about.
    pub(crate) fn ours(words: &str) -> Self {
        Self::new(virt_sys::VIR_ERR_INVALID_ARG, words)
    }

    /// Whether the driver has no such call.
    pub(crate) fn is_not_supported(&self) -> bool {
        matches!(self.code, virt_sys::VIR_ERR_NO_SUPPORT)
    }

    /// Whether a guest or a network does not exist any more.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self.code, virt_sys::VIR_ERR_NO_DOMAIN | virt_sys::VIR_ERR_NO_NETWORK)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::new(error.code().to_raw(), error.message())
    }
}

/// The error of the call that just failed on this thread.
pub(super) fn refusal() -> Refusal {
    Error::last_error().into()
}

/// The length of a list that a call returned, or why there is none.
pub(super) fn list_or_refusal(count: std::ffi::c_int) -> Result<usize, Refusal> {
    usize::try_from(count).map_err(|_| refusal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libvirts_words_are_one_line_and_not_without_end() {
        let words = |code, message: &str| Refusal::new(code, message).words;
        assert_eq!(words(1, "internal error:\n  too\tbad\n"), "internal error: too bad");
        assert_eq!(words(virt_sys::VIR_ERR_XML_DETAIL, "/n.xml:1: bad\n<secret>\n---^"), "/n.xml:1: bad");
        assert_eq!(words(1, &"ä".repeat(5_000)).len(), LONGEST);
    }
}
