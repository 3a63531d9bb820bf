//! What a terminal can show, and text that fits into it.

use std::fmt::Write as _;

use crate::safe::terminal::one_line;

/// What the place that a text is for can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// How many columns a line may have.
    pub width: usize,
    /// Whether it knows colour (SGR).
    pub colour: bool,
}

/// What a piece of text is, which decides its colour.
///
/// The pairs that must be told apart are so by eyes that see no red or green, too: Okabe and Ito's palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Strong,
    Quiet,
    Error,
    Warning,
    Good,
    Pods,
    Services,
    Nodes,
    Pool,
}

impl Ink {
    const fn code(self) -> &'static str {
        match self {
            Self::Strong => "1",
            Self::Quiet => "2",
            Self::Error => "1;38;5;166",
            Self::Warning | Self::Services => "38;5;214",
            Self::Good | Self::Nodes => "38;5;36",
            Self::Pods => "38;5;74",
            Self::Pool => "38;5;175",
        }
    }
}

impl Style {
    /// The text in its colour, where there is any.
    pub(super) fn paint(self, ink: Ink, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("\x1b[{}m{text}\x1b[0m", ink.code()) } else { text.to_owned() }
    }

    /// The text beside a label that is as wide as the indentation, quietly.
    pub(super) fn hanging_after(self, label: &str, indent: usize, text: &str) -> String {
        let lines = self.hanging("", indent, text, 0);
        format!("{label}  {}", lines.get(indent..).unwrap_or_default())
    }

    /// The text in as many lines as it needs with all of them indented, the first of which has a label in the
    /// indentation. What `from` characters on is quiet.
    pub(super) fn hanging(self, label: &str, indent: usize, text: &str, quiet_from: usize) -> String {
        let mut shown = 0;
        let mut lines = String::new();
        for (number, line) in wrap(text, self.width.saturating_sub(indent)).iter().enumerate() {
            let margin = if number == 0 { label } else { "" };
            let split = line.char_indices().nth(quiet_from.saturating_sub(shown)).map_or(line.len(), |(at, _)| at);
            let (loud, quiet) = line.split_at(split);
            let _ = writeln!(lines, "{margin:indent$}{loud}{}", self.paint(Ink::Quiet, quiet));
            shown += columns(line) + 1;
        }
        lines
    }
}

/// How many columns a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.chars().count()
}

/// What joins words that are not to be parted by the end of a line.
pub(super) const TIE: char = '\u{a0}';

/// The text, harmless, in lines of at most so many columns; a longer word has a line of its own.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut taken) = (String::new(), 0);
    // A minus stays with its number.
    for word in one_line(text).replace("− ", &format!("−{TIE}")).split(' ').filter(|word| !word.is_empty()) {
        let length = columns(word);
        if taken > 0 && taken + 1 + length > width {
            lines.push(std::mem::take(&mut line));
            taken = 0;
        }
        if taken > 0 {
            line.push(' ');
            taken += 1;
        }
        line.extend(word.chars().map(|c| if c == TIE { ' ' } else { c }));
        taken += length;
    }
    if taken > 0 {
        lines.push(line);
    }
    lines
}

/// A count with its thousands apart; one that nobody could read as the power of two it is next to.
pub(super) fn count(number: u128) -> String {
    const READABLE: u128 = 1_000_000_000;
    if number >= READABLE {
        return match number.checked_next_power_of_two() {
            Some(power) if power == number => format!("2^{}", power.ilog2()),
            Some(power) if power - number <= 2 => format!("~2^{}", power.ilog2()),
            Some(_) => format!("~2^{}", number.ilog2()),
            None => "2^128".to_owned(),
        };
    }
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 node`, `5 nodes`.
pub(super) fn counted(number: u128, one: &str) -> String {
    format!("{} {one}{}", count(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_wrapped_between_words_and_never_inside_one() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("a group_vars/k8s_cluster/addons.yml b", 8), ["a", "group_vars/k8s_cluster/addons.yml", "b"]);
        assert_eq!(wrap("1500 − 50 −\u{a0}50", 10), ["1500 − 50", "− 50"]);
        assert!(wrap("", 7).is_empty());
        assert_eq!(wrap("a\u{1b}[2Jb\nc", 20), ["a\u{fffd}[2Jb c"]);
    }

    #[test]
    fn a_count_is_readable_however_large() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (16_384, "16,384"),
            (1 << 64, "2^64"),
            ((1 << 64) - 2, "~2^64"),
            ((1 << 64) + 5, "~2^64"),
            (u128::MAX, "2^128"),
        ] {
            assert_eq!(count(number), text);
        }
        assert_eq!(counted(1, "node"), "1 node");
        assert_eq!(counted(1024, "node"), "1,024 nodes");
    }

    #[test]
    fn what_hangs_is_quiet_from_where_the_reason_begins() {
        let style = Style { width: 14, colour: true };
        assert_eq!(
            style.hanging("  a", 4, "1400: it fits well", 4),
            "  a 1400\x1b[2m: it\x1b[0m\n    \x1b[2mfits well\x1b[0m\n"
        );
        assert_eq!(Style { width: 14, colour: false }.hanging("a", 4, "b", 1), "a   b\n");
    }
}
