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

impl Change {
    /// The change as one that was made, with its place in the new text.
    pub fn made(&self) -> impl fmt::Display {
        self.told(self.line)
    }

    fn told(&self, line: usize) -> String {
        let change = match &self.old {
            Some(old) => format!("{} → {}", shortened(old), shortened(&self.new)),
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
