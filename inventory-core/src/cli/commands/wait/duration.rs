//! How long: `30s`, `5m`, `1h`, `1m30s`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A time span as a person writes it, whole seconds, at least one and at most a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) struct Span(Duration);

/// The units, the largest first, in seconds.
const UNITS: [(char, u64); 3] = [('h', 3600), ('m', 60), ('s', 1)];

/// The longest that anybody may mean, in seconds.
const LONGEST: u64 = 7 * 24 * 3600;

/// Why a text is no time span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::cli) enum SpanError {
    /// A number without its unit.
    #[error("{0:?} has no unit; write {0}s for seconds, {0}m for minutes")]
    NoUnit(String),
    /// Anything else.
    #[error("{0:?} is no time span; one is written 30s, 5m, 1h or 1m30s")]
    Malformed(String),
    /// Nothing, or more than a week.
    #[error("{0:?} is out of range; it is at least 1s and at most 168h")]
    OutOfRange(String),
}

impl Span {
    pub(super) fn of(duration: Duration) -> Self {
        Self(Duration::from_secs(duration.as_secs()))
    }

    pub(super) fn duration(self) -> Duration {
        self.0
    }
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let malformed = || SpanError::Malformed(text.to_owned());
        let out_of_range = || SpanError::OutOfRange(text.to_owned());
        let mut rest = text.trim();
        if !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(SpanError::NoUnit(rest.to_owned()));
        }
        let mut seconds: u64 = 0;
        let mut units = UNITS.iter();
        while !rest.is_empty() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).filter(|end| *end > 0).ok_or_else(malformed)?;
            let (number, unit) = rest.split_at(end);
            let unit = unit.chars().next().ok_or_else(malformed)?;
            // The units come in this order, each once.
            let (_, size) = units.find(|(name, _)| *name == unit).ok_or_else(malformed)?;
            let number: u64 = number.parse().map_err(|_| out_of_range())?;
            seconds = number.checked_mul(*size).and_then(|more| seconds.checked_add(more)).ok_or_else(out_of_range)?;
            rest = &rest[end + unit.len_utf8()..];
        }
        if text.trim().is_empty() {
            return Err(malformed());
        }
        if !(1..=LONGEST).contains(&seconds) {
            return Err(out_of_range());
        }
        Ok(Self(Duration::from_secs(seconds)))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.as_secs();
        if rest == 0 {
            return f.write_str("0s");
        }
        for (unit, size) in UNITS {
            if rest >= size {
                write!(f, "{}{unit}", rest / size)?;
                rest %= size;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_span_reads_and_prints_the_same() {
        for (text, seconds) in [("30s", 30), ("5m", 300), ("1h", 3600), ("1m30s", 90), ("168h", LONGEST)] {
            let span: Span = text.parse().unwrap();
            assert_eq!((span.duration().as_secs(), span.to_string().as_str()), (seconds, text));
        }
        assert_eq!("90s".parse::<Span>().unwrap().to_string(), "1m30s");
    }

    #[test]
    fn a_number_without_a_unit_says_how_it_is_written() {
        assert!("5".parse::<Span>().unwrap_err().to_string().contains("5m for minutes"));
    }

    #[test]
    fn what_is_no_time_span_is_refused() {
        for text in ["", " ", "m", "5x", "1s1m", "1m1m", "-5m", "1.5m", "5 m", "5mm", "五m"] {
            assert!(matches!(text.parse::<Span>(), Err(SpanError::Malformed(_))), "{text:?}");
        }
        for text in ["0s", "169h", "99999999999999999999s", "18446744073709551615h"] {
            assert!(matches!(text.parse::<Span>(), Err(SpanError::OutOfRange(_))), "{text:?}");
        }
    }
}
