//! TOML as the tree that the cluster file's types are read from, so that they work, and complain, as they do there.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::yaml::{Error, Kind, Node, Scalar, Source, Span, Style};

/// The tree of a file. What is not TOML is an error with its place.
pub(super) fn tree(source: &Source) -> Result<Node, Error> {
    let table = DeTable::parse(source.text()).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let problem = format!("this is no TOML: {}", error.message().replace('\n', ", "));
        Error::Syntax { location: source.location(start), problem, hint: None }
    })?;
    Ok(Node { kind: of_table(table.get_ref()), ..node(&table.span()) })
}

fn node(span: &Range<usize>) -> Node {
    let span = Span { start: span.start, end: span.end };
    Node { span, alias: None, tag: None, kind: text("") }
}

fn of_table(table: &DeTable<'_>) -> Kind {
    let pair = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let key: &Spanned<std::borrow::Cow<'_, str>> = key;
        (Node { kind: text(key.get_ref()), ..node(&key.span()) }, of_value(value))
    };
    Kind::Mapping(table.iter().map(pair).collect())
}

fn of_value(value: &Spanned<DeValue<'_>>) -> Node {
    let kind = match value.get_ref() {
        DeValue::String(characters) => text(characters),
        DeValue::Integer(number) => plain(&decimal(number)),
        DeValue::Float(number) => plain(number.as_str()),
        DeValue::Boolean(value) => plain(if *value { "true" } else { "false" }),
        DeValue::Datetime(time) => text(&time.to_string()),
        DeValue::Array(items) => Kind::Sequence(items.iter().map(of_value).collect()),
        DeValue::Table(table) => of_table(table),
    };
    Node { kind, ..node(&value.span()) }
}

/// Digits that mean to YAML what they mean to TOML. A number that is too large for both stays as it is.
fn decimal(number: &DeInteger<'_>) -> String {
    match i128::from_str_radix(number.as_str(), number.radix()) {
        Ok(value) => value.to_string(),
        Err(_) => number.as_str().to_owned(),
    }
}

fn text(characters: &str) -> Kind {
    Kind::Scalar(Scalar { raw: characters.into(), style: Style::DoubleQuoted })
}

fn plain(characters: &str) -> Kind {
    Kind::Scalar(Scalar { raw: characters.into(), style: Style::Plain })
}
