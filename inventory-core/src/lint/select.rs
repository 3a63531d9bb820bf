//! Which rules run, and of which files their findings count.
//!
//! As with ruff: a longer beginning of a code wins over a shorter one, whichever option it stands in; of two equally
//! long ones `ignore` wins. What the command line selects replaces what the configuration says; what it ignores comes
//! on top.

use std::collections::HashSet;
use std::path::Path;

use super::paths::PathGlob;
use super::rule::Rule;
use crate::yaml::nearest;

/// The word for every rule.
pub const ALL: &str = "ALL";

/// One rule, several whose codes begin alike, or all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// `ALL`.
    All,
    /// The beginning of a code, from a family's letters on: `NET`, `NET0`.
    Beginning(String),
    /// A code, or a name.
    Rule(&'static Rule),
}

impl Selector {
    /// Reads `ALL`, `NET`, `NET003` or `pods-overlap-services`.
    pub fn parse(text: &str, rules: &[&'static Rule]) -> Result<Self, UnknownRule> {
        if text == ALL {
            return Ok(Self::All);
        }
        if let Some(rule) = find(text, rules) {
            return Ok(Self::Rule(rule));
        }
        let is_beginning = text.len() >= 3 && rules.iter().any(|rule| rule.code.starts_with(text));
        if is_beginning { Ok(Self::Beginning(text.to_owned())) } else { Err(UnknownRule::new(text, rules)) }
    }

    fn covers(&self, rule: &Rule) -> bool {
        match self {
            Self::All => true,
            Self::Beginning(beginning) => rule.code.starts_with(beginning),
            Self::Rule(one) => *one == rule,
        }
    }

    /// How much of a code it says.
    fn precision(&self) -> usize {
        match self {
            Self::All => 0,
            Self::Beginning(beginning) => beginning.len(),
            Self::Rule(rule) => rule.code.len(),
        }
    }
}

/// The rule of a code or a name.
pub fn find(text: &str, rules: &[&'static Rule]) -> Option<&'static Rule> {
    rules.iter().copied().find(|rule| rule.code == text || rule.name == text)
}

/// A word that names no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no rule")]
pub struct UnknownRule {
    /// The word.
    pub text: String,
    /// What it resembles.
    pub nearest: Option<&'static str>,
}

impl UnknownRule {
    pub(crate) fn new(text: &str, rules: &[&'static Rule]) -> Self {
        let families = rules.iter().map(|rule| rule.family());
        let words: Vec<&'static str> = rules.iter().flat_map(|rule| [rule.code, rule.name]).chain(families).collect();
        Self { text: text.to_owned(), nearest: nearest(text, &words) }
    }

    /// What a person can do about it.
    pub fn remedy(&self) -> String {
        match self.nearest {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`inv-lint rule --all` lists the rules".to_owned(),
        }
    }
}

/// What one place says about rules: the configuration, or the command line.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// These and no others.
    pub select: Option<Vec<Selector>>,
    /// These, too.
    pub extend_select: Vec<Selector>,
    /// Not these.
    pub ignore: Vec<Selector>,
    /// Not these, of these files. `None`: nothing is said.
    pub per_file_ignores: Option<Vec<PerFile>>,
}

/// Rules whose findings in some files do not count.
#[derive(Debug, Clone)]
pub struct PerFile {
    /// The files.
    pub files: PathGlob,
    /// The rules.
    pub rules: Vec<Selector>,
}

/// The rules that run.
#[derive(Debug, Clone)]
pub struct Selection {
    codes: HashSet<&'static str>,
    per_file: Vec<PerFile>,
}

impl Selection {
    /// The rules that are left when one choice after the other is made, the configuration's first.
    pub fn of(rules: &[&'static Rule], choices: &[Choice]) -> Self {
        let mut codes: HashSet<&'static str> = rules.iter().map(|rule| rule.code).collect();
        let mut per_file = Vec::new();
        for Choice { select, extend_select, ignore, per_file_ignores } in choices {
            for rule in rules {
                let precision = |selectors: &[Selector]| {
                    selectors.iter().filter(|selector| selector.covers(rule)).map(Selector::precision).max()
                };
                let wanted = precision(select.as_deref().unwrap_or_default()).max(precision(extend_select));
                let unwanted = precision(ignore);
                if wanted > unwanted {
                    codes.insert(rule.code);
                } else if unwanted.is_some() || select.is_some() {
                    codes.remove(rule.code);
                }
            }
            if let Some(ignores) = per_file_ignores {
                per_file.clone_from(ignores);
            }
        }
        Self { codes, per_file }
    }

    /// Whether a rule runs at all.
    pub fn runs(&self, rule: &Rule) -> bool {
        self.codes.contains(rule.code)
    }

    /// Whether a rule's findings in a file count.
    pub fn counts(&self, rule: &Rule, file: &Path) -> bool {
        let is_out = |per: &PerFile| per.rules.iter().any(|one| one.covers(rule)) && per.files.matches(file);
        self.runs(rule) && !self.per_file.iter().any(is_out)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{POOL, RULES, SERVICES, VETH};
    use super::*;

    fn selectors(texts: &[&str]) -> Vec<Selector> {
        texts.iter().map(|text| Selector::parse(text, RULES).unwrap()).collect()
    }

    fn choice(select: Option<&[&str]>, extend: &[&str], ignore: &[&str]) -> Choice {
        let select = select.map(selectors);
        Choice { select, extend_select: selectors(extend), ignore: selectors(ignore), per_file_ignores: None }
    }

    fn codes(choices: &[Choice]) -> Vec<&'static str> {
        let selection = Selection::of(RULES, choices);
        RULES.iter().filter(|rule| selection.runs(rule)).map(|rule| rule.code).collect()
    }

    #[test]
    fn every_rule_runs_where_nobody_says_otherwise() {
        assert_eq!(codes(&[]).len(), RULES.len());
        assert_eq!(codes(&[Choice::default(), Choice::default()]).len(), RULES.len());
    }

    #[test]
    fn the_longer_beginning_of_a_code_wins() {
        assert_eq!(codes(&[choice(Some(&["NET"]), &[], &["NET003"])]), ["NET004"]);
        assert_eq!(codes(&[choice(Some(&["NET003"]), &[], &["NET"])]), ["NET003"]);
        assert_eq!(codes(&[choice(Some(&["ALL"]), &[], &["MTU", "NET00"])]), ["LNT001", "LNT002", "LNT003"]);
        assert_eq!(codes(&[choice(Some(&["NET003"]), &[], &["NET003"])]), [""; 0]);
        assert_eq!(codes(&[choice(Some(&["MTU"]), &["services-overlap-pods"], &[])]), ["NET003", "MTU002"]);
    }

    #[test]
    fn the_command_lines_selection_replaces_the_configurations() {
        let configured = choice(Some(&["MTU"]), &[], &["NET003"]);
        assert_eq!(codes(&[configured.clone(), choice(Some(&["NET"]), &[], &[])]), ["NET003", "NET004"]);
        assert_eq!(codes(&[configured.clone(), choice(None, &["NET"], &[])]), ["NET003", "NET004", "MTU002"]);
        assert_eq!(codes(&[configured, choice(None, &[], &["ALL"])]), [""; 0]);
    }

    #[test]
    fn an_unknown_rule_names_the_nearest() {
        let wrong = |text: &str| {
            let unknown = Selector::parse(text, RULES).unwrap_err();
            format!("{unknown}; {}", unknown.remedy())
        };
        insta::assert_snapshot!(["NET03", "services-overlaps-pods", "nett", "colour", "", "NE"].map(wrong).join("\n"), @"
        `NET03` is no rule; did you mean `NET003`?
        `services-overlaps-pods` is no rule; did you mean `services-overlap-pods`?
        `nett` is no rule; did you mean `NET`?
        `colour` is no rule; `inv-lint rule --all` lists the rules
        `` is no rule; `inv-lint rule --all` lists the rules
        `NE` is no rule; did you mean `NET`?
        ");
    }

    #[test]
    fn findings_in_some_files_do_not_count() {
        let per_file = PerFile {
            files: PathGlob::parse("legacy/**/all.yml", Path::new("/repo")).unwrap(),
            rules: selectors(&["NET", "calico-veth-mtu-alone"]),
        };
        let choice = Choice { per_file_ignores: Some(vec![per_file]), ..Choice::default() };
        let selection = Selection::of(RULES, &[choice]);
        let counts = |rule, file: &str| selection.counts(rule, Path::new(file));
        assert!(!counts(&SERVICES, "/repo/legacy/lab/group_vars/all.yml"));
        assert!(!counts(&VETH, "/repo/legacy/all.yml"));
        assert!(counts(&POOL, "/repo/all.yml") && counts(&POOL, "/repo/legacy/etcd.yml"));
    }
}
