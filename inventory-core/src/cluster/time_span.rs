//! How long: `30s`, `5m`, `1h`, `1m30s`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

/// A time span as a person writes it, whole seconds, at least one and at most a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeSpan(Duration);

/// The longest that anybody may mean, in seconds.
const LONGEST: u64 = 7 * 24 * 3600;

/// Why a text is no time span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeSpanError {
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

impl TimeSpan {
    /// A time span of whole seconds.
    pub fn of(duration: Duration) -> Self {
        Self(Duration::from_secs(duration.as_secs()))
    }

    /// How long it is.
    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl FromStr for TimeSpan {
    type Err = TimeSpanError;

    fn from_str(text: &str) -> Result<Self, TimeSpanError> {
        let out_of_range = || TimeSpanError::OutOfRange(text.to_owned());
        let trimmed = text.trim();
        if !trimmed.is_empty() && trimmed.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(TimeSpanError::NoUnit(trimmed.to_owned()));
        }
        let span = match humantime::parse_duration(trimmed) {
            Ok(span) => span,
            Err(humantime::DurationError::NumberOverflow) => return Err(out_of_range()),
            Err(_) => return Err(TimeSpanError::Malformed(text.to_owned())),
        };
        if !(1..=LONGEST).contains(&span.as_secs()) {
            return Err(out_of_range());
        }
        Ok(Self::of(span))
    }
}

impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_duration(self.0).fmt(f)
    }
}

impl Serialize for TimeSpan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeSpan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for TimeSpan {
    fn schema_name() -> Cow<'static, str> {
        "TimeSpan".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "A time span: 30s, 5m, 1m30s." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_span_reads_and_prints_the_same() {
        for (text, seconds) in [("30s", 30), ("5m", 300), ("1h", 3600), ("1m 30s", 90), ("7days", LONGEST)] {
            let span: TimeSpan = text.parse().unwrap();
            assert_eq!((span.duration().as_secs(), span.to_string().as_str()), (seconds, text));
        }
        assert_eq!("1m30s".parse::<TimeSpan>(), "90s".parse());
    }

    #[test]
    fn a_number_without_a_unit_says_how_it_is_written() {
        assert!("5".parse::<TimeSpan>().unwrap_err().to_string().contains("5m for minutes"));
    }

    #[test]
    fn what_is_no_time_span_is_refused() {
        for text in ["", " ", "m", "5x", "-5m", "5mm", "五m"] {
            assert!(matches!(text.parse::<TimeSpan>(), Err(TimeSpanError::Malformed(_))), "{text:?}");
        }
        for text in ["0s", "100ms", "169h", "99999999999999999999s", "18446744073709551615h"] {
            assert!(matches!(text.parse::<TimeSpan>(), Err(TimeSpanError::OutOfRange(_))), "{text:?}");
        }
    }
}
