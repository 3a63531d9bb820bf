//! What a merge did and did not do, in sentences.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

use crate::yaml::Location;

/// A file with its new text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewText {
    /// The file, below the directory of the tree.
    pub path: PathBuf,
    /// The text that it had; `None` for a file that is new.
    pub old: Option<String>,
    /// The text that it is to have.
    pub text: String,
}

/// A value that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The file, below the directory of the tree.
    pub file: PathBuf,
    /// The line of the key in the new text, from 1.
    pub line: usize,
    /// The line of the key in the text as it was read, from 1; `None` where it did not stand there.
    pub was_at: Option<usize>,
    /// The variable and the keys below it.
    pub path: Vec<String>,
    /// The value that was there; `None` where there was none.
    pub old: Option<String>,
    /// The value that is there now.
    pub new: String,
    /// Why.
    pub reason: String,
}

/// The most of a value that is told, in characters. Lists may be as long as a cluster; a diff shows all of them.
const TOLD: usize = 60;

/// A value for a sentence: the beginning of a long one.
pub(crate) fn shortened(value: &str) -> Cow<'_, str> {
    match value.char_indices().nth(TOLD) {
        Some((end, _)) => format!("{}…", &value[..end]).into(),
        None => value.into(),
    }
}

/// The most items of a list that are told on each side, with how many more there are.
const TOLD_ITEMS: usize = 2;

/// A value and the one that takes its place, for a sentence. Of long lists, what comes and goes.
pub(crate) fn transition(old: &str, new: &str) -> String {
    let is_long = |value: &str| value.chars().nth(TOLD).is_some();
    if (is_long(old) || is_long(new))
        && let (Some(old), Some(new)) = (items(old), items(new))
    {
        return between(&old, &new);
    }
    format!("{} → {}", shortened(old), shortened(new))
}

/// The items of a list as [`Value::to_plain_text`](crate::inventory::Value::to_plain_text) writes it.
fn items(list: &str) -> Option<Vec<serde_json::Value>> {
    list.starts_with('[').then(|| serde_json::from_str(list).ok()).flatten()
}

/// What one list has and the other has not.
fn between(old: &[serde_json::Value], new: &[serde_json::Value]) -> String {
    let told = |sign: char, these: &[serde_json::Value], those: &[serde_json::Value]| {
        let only: Vec<&serde_json::Value> = these.iter().filter(|item| !those.contains(item)).collect();
        let item = |item: &&serde_json::Value| {
            let text = item.as_str().map_or_else(|| item.to_string(), str::to_owned);
            format!("{sign}{}", shortened(&text))
        };
        let mut told: Vec<String> = only.iter().take(TOLD_ITEMS).map(item).collect();
        if only.len() > TOLD_ITEMS {
            told.push(format!("{sign}{} more", only.len() - TOLD_ITEMS));
        }
        told
    };
    let told = [told('+', new, old), told('−', old, new)].concat();
    match told.is_empty() {
        true if old.len() == new.len() => "the same in another order".to_owned(),
        true => format!("{} → {} items, some of them twice", old.len(), new.len()),
        false => told.join(", "),
    }
}

impl Change {
    /// The change as one that was made, with its place in the new text.
    pub fn made(&self) -> impl fmt::Display {
        self.told(self.line)
    }

    fn told(&self, line: usize) -> String {
        let change = match &self.old {
            Some(old) => transition(old, &self.new),
            None => shortened(&self.new).into_owned(),
        };
        format!("{}:{line}: {}: {change} ({})", self.file.display(), self.path.join("."), self.reason)
    }
}

/// The change as one that is to be made: a value that stands in a file has its place there.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(self.was_at.unwrap_or(self.line)))
    }
}

/// A setting that is not written although it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The value that is left as it is, or the file.
    pub location: Location,
    /// The variable and the keys below it.
    pub path: Vec<String>,
    /// The value that it should have.
    pub wanted: String,
    /// Why it is left.
    pub why: Why,
}

/// Why a value is left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It is Jinja: this.
    Template(String),
    /// It is encrypted.
    Vault,
    /// It is marked `!unsafe`.
    Unsafe,
    /// The file where it belongs cannot be read: the sentence with its place.
    Unreadable(String),
    /// It cannot be written without touching something else: the reason.
    NotEditable(String),
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, wanted) = (self.path.join("."), &self.wanted);
        if let Why::Unreadable(unreadable) = &self.why {
            return write!(f, "`{name}` is not written, because its file cannot be read: {unreadable}");
        }
        write!(f, "{}: `{name}` is left as it is, because ", self.location)?;
        match &self.why {
            Why::Template(text) => write!(
                f,
                "it is a template, `{text}`, and only Ansible knows what that comes to; see to it that it is \
                 {wanted}, or write that instead"
            ),
            Why::Vault => {
                write!(f, "it is encrypted by ansible-vault; see to it that it is {wanted}, or write that instead")
            }
            Why::Unsafe => write!(f, "it is marked `!unsafe`; write {wanted} there yourself"),
            Why::Unreadable(reason) | Why::NotEditable(reason) => write!(f, "{reason}; write {wanted} there yourself"),
        }
    }
}

/// A value of a setting that has no effect, and is another than the setting's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shadowed {
    /// The value.
    pub location: Location,
    /// The variable and the keys below it.
    pub path: Vec<String>,
    /// What it is.
    pub value: String,
    /// The value that counts, where there is one.
    pub by: Option<Location>,
}

impl fmt::Display for Shadowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.path.join(".");
        write!(f, "{}: `{name}` is {} here, which has no effect: ", self.location, self.value)?;
        match &self.by {
            Some(by) => write!(f, "{by} counts; remove one of them"),
            None => write!(f, "a later `{}` without it counts; remove one of them", self.path.first().unwrap_or(&name)),
        }
    }
}

/// A value that counts instead of a setting, for the hosts of another group or for one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The value.
    pub location: Location,
    /// Whose it is.
    pub owner: crate::vars::tree::Owner,
    /// The variable and the keys below it.
    pub path: Vec<String>,
    /// What it is; `None` where the variable is a map without the key.
    pub value: Option<String>,
    /// The value of the setting.
    pub wanted: String,
}

impl fmt::Display for Override {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { location, owner, wanted, .. } = self;
        let value = self.value.as_deref().unwrap_or("not set");
        write!(
            f,
            "{location}: `{}` is {value} for {owner}, which counts there instead of {wanted}; remove it if that is \
             not meant",
            self.path.join(".")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(numbers: impl IntoIterator<Item = u8>) -> String {
        let route = |number| serde_json::json!({"cidr": format!("10.200.{number}.0/24"), "via": "192.168.1.20"});
        serde_json::Value::Array(numbers.into_iter().map(route).collect()).to_string()
    }

    #[test]
    fn of_long_lists_what_comes_and_goes_is_told() {
        insta::assert_snapshot!(transition(&routes(0..4), &routes(0..5)), @r#"+{"cidr":"10.200.4.0/24","via":"192.168.1.20"}"#);
        insta::assert_snapshot!(transition(&routes(1..5), &routes([1, 2, 9])), @r#"+{"cidr":"10.200.9.0/24","via":"192.168.1.20"}, −{"cidr":"10.200.3.0/24","via":"192.168.1.20"}, −{"cidr":"10.200.4.0/24","via":"192.168.1.20"}"#);
        insta::assert_snapshot!(transition(&routes(0..3), &routes(0..9)), @r#"+{"cidr":"10.200.3.0/24","via":"192.168.1.20"}, +{"cidr":"10.200.4.0/24","via":"192.168.1.20"}, +4 more"#);
        insta::assert_snapshot!(transition(&routes(0..4), &routes((0..4).rev())), @"the same in another order");
        insta::assert_snapshot!(transition(&routes(0..4), &routes([0, 1, 2, 3, 3])), @"4 → 5 items, some of them twice");
    }

    #[test]
    fn whatever_is_short_or_no_list_is_told_on_both_sides() {
        assert_eq!(transition("[\"a\"]", "[\"b\",\"a\"]"), "[\"a\"] → [\"b\",\"a\"]");
        assert_eq!(transition("1500", "1400"), "1500 → 1400");
        let long = "x".repeat(100);
        assert_eq!(transition(&long, "y"), format!("{}… → y", "x".repeat(TOLD)));
        assert_eq!(transition(&format!("[{long}"), "[]"), format!("[{}… → []", "x".repeat(TOLD - 1)));
    }
}
