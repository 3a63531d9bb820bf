//! What a rule is.

use super::finding::Severity;
use super::report::Report;
use super::view::View;

/// A rule: what it is called, how bad a breach is, the page that explains it, and what finds it.
pub struct Rule {
    /// Its code: the family's three letters and three digits.
    pub code: &'static str,
    /// Its name, in kebab case: what it finds.
    pub name: &'static str,
    /// How bad a breach is.
    pub severity: Severity,
    /// Which edits it can offer.
    pub fixes: Fixes,
    /// The page, as the comment of its file has it.
    comment: &'static str,
    /// Finds every breach.
    pub(super) check: fn(&View<'_>, &mut Report),
}

/// Which edits a rule can offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixes {
    /// None.
    Never,
    /// Some, and `--fix` applies them.
    Safe,
    /// Some, and `--unsafe-fixes` applies them.
    Unsafe,
}

impl Rule {
    #[doc(hidden)]
    pub(super) const fn new(
        code: &'static str,
        name: &'static str,
        severity: Severity,
        fixes: Fixes,
        comment: &'static str,
        check: fn(&View<'_>, &mut Report),
    ) -> Self {
        Self { code, name, severity, fixes, comment, check }
    }

    /// The family: `NET`, `MTU`, `NST`, `INV`, `KSP`, `HRD`, `ANS`.
    pub fn family(&self) -> &'static str {
        self.code.get(..3).unwrap_or(self.code)
    }

    /// Its page in Markdown, without a title: What it does, Why is this bad?, Example, Use instead.
    pub fn page(&self) -> String {
        let lines = self.comment.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n").trim().to_owned() + "\n"
    }

    /// The first sentence of its page.
    pub fn summary(&self) -> String {
        let page = self.page();
        let text = page.lines().skip_while(|line| line.starts_with('#') || line.is_empty());
        let paragraph = text.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        let end = paragraph.find(". ").map_or(paragraph.len(), |at| at + 1);
        paragraph[..end].to_owned()
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.code, self.name)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Rule {}

/// Declares the rule of a file: its comment is the page that users read, under ruff's four headings.
macro_rules! declare_rule {
    ($(#[doc = $line:literal])+ $code:literal $name:literal $severity:ident $fixes:ident) => {
        $(#[doc = $line])+
        pub(in crate::lint) static RULE: $crate::lint::rule::Rule = $crate::lint::rule::Rule::new(
            $code,
            $name,
            $crate::lint::finding::Severity::$severity,
            $crate::lint::rule::Fixes::$fixes,
            concat!($($line, "\n"),+),
            check,
        );
    };
}
pub(in crate::lint) use declare_rule;
