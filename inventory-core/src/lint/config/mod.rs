//! `inv-lint.toml`: what a repository says about itself.
//!
//! The nearest one above an inventory counts, and no other. What is around the machines is written in the words of the
//! cluster file, and read by the same types.

mod allow;
mod find;
mod toml;

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Deserializer, de};

pub use allow::{Allow, Between, Reason, Side, allow_line};
pub use find::{Configs, NAMES};

use super::finding::{Finding, Label, Place, Severity};
use super::paths::PathGlob;
use super::rule::Rule;
use super::rules::lnt;
use super::select::{Choice, PerFile, Selector, UnknownRule};
use crate::cluster::{Avoid, KubesprayVersion, Site};
use crate::environment::{Hosting, MachineNetwork, OneOrMany, Sourced, Underlay};
use crate::network::space::Origin;
use crate::yaml::{self, AS_WRITTEN, Source, Span};

/// What `inv-lint.toml` says. Everything may be left out.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Config {
    /// The version of kubespray: "v2.31.0". Default: what the inventory's surroundings tell.
    pub kubespray: Option<Sourced<Version>>,
    /// The rules that run: codes, beginnings of codes, names, ALL. Default: all.
    pub select: Option<Vec<Sourced<String>>>,
    /// Rules that run besides.
    pub extend_select: Vec<Sourced<String>>,
    /// Rules that do not run.
    pub ignore: Vec<Sourced<String>>,
    /// Rules whose findings do not count in some files: glob to rules.
    pub per_file_ignores: IndexMap<String, Sourced<Vec<Sourced<String>>>>,
    /// The least severity that makes the run fail. Default: warning.
    pub fail_on: Option<Severity>,
    /// Globs of files and directories that are not looked at.
    pub exclude: Vec<Sourced<String>>,
    /// What must stay reachable: the office VPN, the data centre.
    pub avoid: Option<Vec<Avoid>>,
    /// The clusters between the site and the machines, outermost first.
    pub hosting: Option<Vec<Sourced<Hosting>>>,
    /// The networks that the machines are in.
    pub nodes: Option<Vec<Sourced<MachineNetwork>>>,
    /// The physical site's network, below every level of hosting.
    pub underlay: Option<Sourced<Underlay>>,
    /// Globs of cluster files, relative to this file, whose ranges must differ.
    pub siblings: Option<Sourced<OneOrMany<String>>>,
    /// Overlaps that are meant.
    pub allow: Vec<Allow>,
    /// The file's name and text; `None` where there is no file.
    #[serde(skip)]
    #[schemars(skip)]
    source: Option<Text>,
}

/// A file's text, which says the same as another one only if it is that one.
#[derive(Debug, Clone)]
struct Text(Source);

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        (self.0.name(), self.0.text()) == (other.0.name(), other.0.text())
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read, is no TOML, or not of this shape.
    #[error("{}", .0.with_place())]
    Shape(#[from] yaml::Error),
    /// A word that names no rule.
    #[error("{at}: {unknown}")]
    Rule {
        /// Where it stands.
        at: Origin,
        /// The word.
        unknown: UnknownRule,
    },
    /// A glob that is none.
    #[error("{at}: {why}")]
    Glob {
        /// Where it stands.
        at: Origin,
        /// What is wrong with it.
        why: String,
    },
    /// Two files of one directory.
    #[error("{} has both `{}` and `{}`", .0.display(), NAMES[0], NAMES[1])]
    Two(PathBuf),
}

impl ConfigError {
    /// What a person can do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Shape(error) => error.hint().unwrap_or_default(),
            Self::Rule { unknown, .. } => unknown.remedy(),
            Self::Glob { .. } => {
                "write a path or a name; `*` stands for part of a name, `**` for directories".to_owned()
            }
            Self::Two(_) => "keep one of them".to_owned(),
        }
    }
}

impl Config {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        Self::parse(Source::read(path)?)
    }

    /// Reads a file's text.
    pub fn parse(source: Source) -> Result<Self, ConfigError> {
        let tree = toml::tree(&source)?;
        let config: Self = yaml::from_node(&tree, &source)?;
        Ok(Self { source: Some(Text(source)), ..config })
    }

    /// The file, as messages call it.
    pub fn path(&self) -> Option<&Path> {
        self.source.as_ref().map(|text| text.0.name())
    }

    /// Where its relative paths start.
    fn directory(&self) -> &Path {
        self.path().and_then(Path::parent).unwrap_or(Path::new(""))
    }

    /// The version of kubespray, and where it is told.
    pub fn kubespray(&self) -> Option<(KubesprayVersion, Place)> {
        let Sourced { value: Version(version), origin: Origin::Written { line, column, .. } } =
            self.kubespray.as_ref()?
        else {
            return None;
        };
        Some((*version, self.place(*line, *column)?))
    }

    /// The value that begins somewhere in the file.
    fn place(&self, line: usize, column: usize) -> Option<Place> {
        let source = &self.source.as_ref()?.0;
        let start = source.byte_of(line, column);
        let length = source.text()[start..].find([',', '#', '\n', '\r', ' ', '}']);
        let end = length.map_or(source.text().len(), |length| start + length);
        Some(Place::new(source, Span { start, end }))
    }

    /// What is around the machines, as a cluster file's `site` says it.
    pub fn site(&self) -> Site {
        Site {
            avoid: self.avoid.clone(),
            hosting: self.hosting.clone(),
            nodes: self.nodes.clone(),
            underlay: self.underlay.clone(),
            pool: None,
            siblings: self.siblings.clone(),
        }
    }

    /// Which rules it wants, of those there are. Every rule that it names anywhere must be one.
    pub fn choice(&self, rules: &[&'static Rule]) -> Result<Choice, ConfigError> {
        let one = |word: &Sourced<String>| {
            Selector::parse(&word.value, rules)
                .map_err(|unknown| ConfigError::Rule { at: word.origin.clone(), unknown })
        };
        let all = |words: &[Sourced<String>]| words.iter().map(one).collect::<Result<Vec<_>, _>>();
        for allow in &self.allow {
            one(&allow.rule)?;
        }
        let per_file = |(glob, rules): (&String, &Sourced<Vec<Sourced<String>>>)| {
            let files = self.glob(glob, &rules.origin)?;
            Ok(PerFile { files, rules: all(&rules.value)? })
        };
        Ok(Choice {
            select: self.select.as_deref().map(all).transpose()?,
            extend_select: all(&self.extend_select)?,
            ignore: all(&self.ignore)?,
            per_file_ignores: Some(self.per_file_ignores.iter().map(per_file).collect::<Result<_, ConfigError>>()?),
        })
    }

    /// What is not looked at.
    pub fn exclude(&self) -> Result<Vec<PathGlob>, ConfigError> {
        self.exclude.iter().map(|glob| self.glob(&glob.value, &glob.origin)).collect()
    }

    fn glob(&self, text: &str, at: &Origin) -> Result<PathGlob, ConfigError> {
        PathGlob::parse(text, self.directory()).map_err(|why| ConfigError::Glob { at: at.clone(), why })
    }

    /// Whether a finding is an overlap that is meant.
    pub fn is_allowed(&self, finding: &Finding) -> bool {
        self.allow.iter().any(|allow| allow.covers(finding))
    }

    /// Whether any overlap is meant.
    pub fn allows(&self) -> bool {
        !self.allow.is_empty()
    }

    /// Of each `allow`, whether it covers one of the findings.
    pub fn used(&self, findings: &[Finding]) -> Vec<bool> {
        self.allow.iter().map(|allow| findings.iter().any(|finding| allow.covers(finding))).collect()
    }

    /// What is wrong with each `allow` that is not used, where its rule ran.
    pub fn unused(&self, used: &[bool], ran: impl Fn(&str) -> bool) -> Vec<Finding> {
        let unused = self.allow.iter().zip(used).filter(|(allow, is_used)| !**is_used && ran(&allow.rule.value));
        let find = |(allow, _): (&Allow, _)| {
            let Origin::Written { line, column, .. } = &allow.rule.origin else { return None };
            let rule = &allow.rule.value;
            let message = format!("{rule} finds nothing between {} that this could allow", allow.between);
            let label = Label::new(self.place(*line, *column)?, "of no use");
            Some(
                Finding::new(lnt::UNUSED_ALLOW, message, label)
                    .help("remove it, or write the ranges as the finding that it is meant for names them"),
            )
        };
        unused.filter_map(find).collect()
    }
}

/// A version of kubespray. The file says `kubespray`, where a cluster file says `kubespray_version`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(transparent)]
pub struct Version(pub KubesprayVersion);

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl de::Visitor<'_> for Written {
            type Value = Version;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a version of kubespray: \"v2.31.0\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Version, E> {
                text.parse().map(Version).map_err(E::custom)
            }
        }
        // Of a number the digits as they are written: 2.30 and 2.3 are the same one.
        deserializer.deserialize_newtype_struct(AS_WRITTEN, Written)
    }
}

/// The schema of the file, for editors.
pub fn schema() -> Schema {
    let mut schema = schema_for!(Config);
    schema.insert("title".to_owned(), "Configuration of inv-lint".into());
    schema
}

#[cfg(test)]
mod tests;
