//! What goes wrong while a type is read from a tree: serde's errors, in the user's words.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use super::node::describe_text;
use super::{Error, Source, Span, nearest};

/// An error on its way up to where its place is known: serde's own errors have none, so that whoever hands out a
/// value puts its place on what comes back without one.
#[derive(Debug)]
pub(super) struct Fault(Box<Inner>);

#[derive(Debug)]
struct Inner {
    span: Option<Span>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Expected { expected: String, found: String, hint: Option<String> },
    UnknownKey { key: String, known: &'static [&'static str] },
    UnknownValue { value: String, known: &'static [&'static str] },
    MissingKey(&'static str),
    DuplicateKey { key: String, first: Span },
    Invalid(String),
    Whole(Error),
}

impl Fault {
    pub(super) fn expected(expected: &str, found: String) -> Self {
        Self::new(Kind::Expected { expected: expected.to_owned(), found, hint: None })
    }

    pub(super) fn expected_with_hint(expected: &str, found: String, hint: String) -> Self {
        Self::new(Kind::Expected { expected: expected.to_owned(), found, hint: Some(hint) })
    }

    pub(super) fn duplicate_key(key: String, first: Span, second: Span) -> Self {
        Self::new(Kind::DuplicateKey { key, first }).or_at(second)
    }

    fn new(kind: Kind) -> Self {
        Self(Box::new(Inner { span: None, kind }))
    }

    /// Gives the error a place unless it has one; the innermost value that failed speaks first.
    pub(super) fn or_at(mut self, span: Span) -> Self {
        self.0.span.get_or_insert(span);
        self
    }

    /// The error with its place spelled out.
    pub(super) fn explain(self, source: &Source) -> Error {
        let Inner { span, kind } = *self.0;
        let location = source.location(span.unwrap_or_default().start);
        match kind {
            Kind::Expected { expected, found, hint } => Error::Expected { location, expected, found, hint },
            Kind::UnknownKey { key, known } => {
                let nearest = nearest(&key, known);
                Error::UnknownKey { location, key, nearest, known }
            }
            Kind::UnknownValue { value, known } => {
                let nearest = nearest(&value, known);
                Error::UnknownValue { location, value, nearest, known }
            }
            Kind::MissingKey(key) => Error::MissingKey { location, key },
            Kind::DuplicateKey { key, first } => {
                Error::DuplicateKey { location, first: source.location(first.start), key }
            }
            Kind::Invalid(message) => Error::Invalid { location, message },
            Kind::Whole(error) => error,
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::new(Kind::Whole(error))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            Kind::Expected { expected, found, .. } => write!(f, "expected {expected}, found {found}"),
            Kind::UnknownKey { key, .. } => write!(f, "unknown key `{key}`"),
            Kind::UnknownValue { value, .. } => write!(f, "unknown value `{value}`"),
            Kind::MissingKey(key) => write!(f, "the key `{key}` is missing"),
            Kind::DuplicateKey { key, .. } => write!(f, "the key `{key}` is given twice"),
            Kind::Invalid(message) => f.write_str(message),
            Kind::Whole(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Kind::Invalid(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Kind::Expected { expected: in_words(&expected.to_string()), found: found_words(found), hint: None })
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::expected(&in_words(&expected.to_string()), format!("{length} values"))
    }

    fn unknown_variant(value: &str, known: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownValue { value: value.to_owned(), known })
    }

    fn unknown_field(key: &str, known: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownKey { key: key.to_owned(), known })
    }

    fn missing_field(key: &'static str) -> Self {
        Self::new(Kind::MissingKey(key))
    }

    fn duplicate_field(key: &'static str) -> Self {
        Self::custom(format!("the key `{key}` is given twice, once under its other name"))
    }
}

/// What serde calls the types that it reads, in the words of the field.
fn in_words(expected: &str) -> String {
    match expected {
        "a string" | "a borrowed string" | "str" => "text".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a character" => "a single character".to_owned(),
        "unit" => "nothing".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "u8" => "a whole number from 0 to 255".to_owned(),
        "u16" => "a whole number from 0 to 65535".to_owned(),
        "u32" | "u64" | "u128" | "usize" => "a whole number from 0 up".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "a whole number".to_owned(),
        _ if expected.starts_with("struct ") => "a map".to_owned(),
        _ if expected.ends_with("array") => "a list".to_owned(),
        _ => expected.to_owned(),
    }
}

fn found_words(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => value.to_string(),
        Unexpected::Unsigned(value) => format!("the number {value}"),
        Unexpected::Signed(value) => format!("the number {value}"),
        Unexpected::Float(value) => format!("the number {}", super::scalar::python_float(value)),
        Unexpected::Char(value) => describe_text(value.encode_utf8(&mut [0; 4])),
        Unexpected::Str(value) => describe_text(value),
        Unexpected::Bytes(_) => "binary data".to_owned(),
        Unexpected::Unit | Unexpected::Option => "nothing".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map | Unexpected::StructVariant | Unexpected::NewtypeStruct => "a map".to_owned(),
        Unexpected::Enum | Unexpected::TupleVariant | Unexpected::NewtypeVariant => "a value with a tag".to_owned(),
        Unexpected::UnitVariant => "a word".to_owned(),
        Unexpected::Other(words) => words.to_owned(),
    }
}
