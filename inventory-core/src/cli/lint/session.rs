//! What every check works with: the configuration of each inventory, and what the command line says.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::{Common, Rules};
use super::since::Revision;
use crate::cli::Failure;
use crate::cli::planning::siblings;
use crate::cluster::{KubesprayVersion, Network};
use crate::discovery::Discovery;
use crate::inventory::assemble::assemble;
use crate::kubespray::{NEWEST, Release};
use crate::lint::config::{Config, ConfigError, Configs};
use crate::lint::finding::{Finding, Severity};
use crate::lint::ignore::{self, Ignores, LookedFor, Syntax};
use crate::lint::load;
use crate::lint::outcome::Outcome;
use crate::lint::paths::{PathGlob, normal};
use crate::lint::root::{ClusterContent, Content, InventoryFile, Root};
use crate::lint::rule::Rule;
use crate::lint::select::{Choice, PerFile, Selection, Selector};
use crate::lint::version::{Known, Releases, Teller};
use crate::lint::{self, Checks, Surroundings};

/// What the command line says, and the configurations that were read.
pub(in crate::cli) struct Session<'a> {
    pub(super) common: &'a Common,
    rules: Vec<&'static Rule>,
    flags: Choice,
    configs: RefCell<Configs>,
    /// By the file of the configuration.
    settings: RefCell<HashMap<Option<PathBuf>, Arc<Settings>>>,
}

/// What holds for the inventories of one configuration.
pub(in crate::cli) struct Settings {
    config: Arc<Config>,
    selection: Selection,
    runs: Vec<&'static Rule>,
    exclude: Vec<PathGlob>,
    fail_on: Severity,
}

/// What a root's check found out.
pub(in crate::cli) struct Checked {
    pub(super) outcome: Outcome,
    /// What held for it.
    pub(super) settings: Arc<Settings>,
    /// Of each `[[allow]]` of the configuration, whether it is of use here.
    pub(super) used: Vec<bool>,
    /// How its files have comments.
    pub(super) syntaxes: Vec<(PathBuf, Syntax)>,
}

impl<'a> Session<'a> {
    /// What the command line says; every rule that it names must be one.
    pub(in crate::cli) fn open(common: &'a Common) -> Result<Self, Failure> {
        let rules: Vec<&'static Rule> = lint::rules::all().collect();
        let flags = choice(&common.rules, &rules)?;
        let (configs, settings) = (RefCell::default(), RefCell::default());
        Ok(Self { common, rules, flags, configs, settings })
    }

    /// What holds in a directory.
    pub(in crate::cli) fn settings(&self, directory: &Path) -> Result<Arc<Settings>, Failure> {
        let configuration = &self.common.configuration;
        let mut configs = self.configs.borrow_mut();
        let config = match &configuration.config {
            _ if configuration.isolated => Ok(Arc::default()),
            Some(path) => configs.named(path),
            None => configs.of(directory),
        }?;
        let path = config.path().map(Path::to_owned);
        if let Some(settings) = self.settings.borrow().get(&path) {
            return Ok(Arc::clone(settings));
        }
        let selection = Selection::of(&self.rules, &[config.choice(&self.rules)?, self.flags.clone()]);
        let runs = self.rules.iter().copied().filter(|rule| selection.runs(rule)).collect();
        let fail_on = self.common.output.fail_on.map(Severity::from).or(config.fail_on).unwrap_or(Severity::Warning);
        let settings = Arc::new(Settings { selection, runs, exclude: config.exclude()?, fail_on, config });
        self.settings.borrow_mut().insert(path, Arc::clone(&settings));
        Ok(settings)
    }

    /// What checks roots, one beside the other.
    pub(in crate::cli) fn eye(&self) -> Result<Eye<'_>, Failure> {
        let since = self.common.since.as_deref().map(Revision::new).transpose()?;
        Ok(Eye { kubespray: self.common.kubespray, since, rules: &self.rules })
    }
}

impl Settings {
    /// The least severity that makes the run fail.
    pub(super) fn fail_on(&self) -> Severity {
        self.fail_on
    }

    /// What is wrong with the configuration's `[[allow]]` that are of no use, where all that is below its directory was
    /// looked at; `whole` are the directories that were.
    pub(super) fn unused(&self, used: &[bool], whole: &[PathBuf]) -> Vec<Finding> {
        let file = self.config.path().map(normal);
        if !file.is_some_and(|file| whole.iter().any(|above| file.starts_with(normal(above)))) {
            return Vec::new();
        }
        let ran = |word: &str| {
            lint::rules::all().any(|rule| (rule.code == word || rule.name == word) && self.selection.runs(rule))
        };
        let mut findings = self.config.unused(used, ran);
        findings.retain(|finding| self.selection.counts(finding.rule, finding.primary.place.source.name()));
        findings
    }

    /// Whether the rule of a code runs. One that is no rule any more finds nothing for ever, which is known.
    pub(super) fn runs(&self, code: &str) -> bool {
        let rule = lint::rules::all().find(|rule| rule.code == code);
        rule.is_none_or(|rule| self.selection.runs(rule))
    }

    /// What is passed over.
    pub(super) fn excluded(&self) -> &[PathGlob] {
        &self.exclude
    }
}

/// What checks a root.
pub(in crate::cli) struct Eye<'a> {
    kubespray: Option<KubesprayVersion>,
    since: Option<Revision<'a>>,
    rules: &'a [&'static Rule],
}

impl Eye<'_> {
    /// Checks a root: what is allowed or excused is no finding.
    pub(in crate::cli) fn look(&self, mut root: Root, settings: &Arc<Settings>) -> Result<Checked, Failure> {
        if let Some(since) = &self.since {
            root.before = Some(before(&root, since)?);
        }
        let root = &root;
        let known = self.releases(root, settings);
        let releases: Vec<Release> = known.iter().collect();
        let surroundings = surroundings(root, settings)?;
        let comments: Vec<Ignores> = ignore::files(root).map(|(source, syntax)| Ignores::of(source, syntax)).collect();
        let checks = Checks {
            rules: &settings.runs,
            releases: &releases,
            is_release_told: matches!(known.known(), Known::Told { .. }),
            // Only for comments, and for what is allowed, that may be there for them.
            wants_undecided: settings.config.allows() || comments.iter().any(|file| !file.is_empty()),
            surroundings: &surroundings,
        };
        let lint::Checked { mut outcome, undecided, is_kubesprays } = lint::check(root, checks);
        let newest = known.newest().version();
        if is_kubesprays && (newest.major, newest.minor) > (NEWEST.major, NEWEST.minor) {
            outcome.newer.insert(newest);
        }
        if is_kubesprays && !matches!(known.known(), Known::Told { .. }) {
            outcome.untold.push(known);
        }
        // What holds in some of the releases only is allowed for whoever tells the release.
        let used = settings.config.used(&outcome.findings);
        let used = used.into_iter().zip(settings.config.used(&undecided)).map(|(now, then)| now || then).collect();
        outcome.findings.retain(|finding| {
            let file = finding.primary.place.source.name();
            settings.selection.counts(finding.rule, file) && !settings.config.is_allowed(finding)
        });
        let looked_for = LookedFor { rules: self.rules, selection: &settings.selection, undecided: &undecided };
        ignore::apply(&mut outcome, &comments, looked_for);
        let syntaxes = ignore::files(root).map(|(source, syntax)| (source.name().to_owned(), syntax)).collect();
        Ok(Checked { outcome, settings: Arc::clone(settings), used, syntaxes })
    }

    fn releases(&self, root: &Root, settings: &Settings) -> Releases {
        if let Some(version) = self.kubespray {
            return Releases::told(version, Teller::Flag, None);
        }
        match settings.config.kubespray() {
            Some((version, place)) => Releases::told(version, Teller::Config, Some(place)),
            None => Releases::of_root(root),
        }
    }
}

/// The inventories of a root as they were.
fn before(root: &Root, since: &Revision<'_>) -> Result<Vec<InventoryFile>, Failure> {
    let mut before = Vec::new();
    for now in &root.inventories {
        let was = since.text(now.source.name())?.and_then(|text| load::as_it_was(&text));
        before.extend(was.map(|mut was| {
            // What its text made of the machines that there are: a commit knows no others.
            if let (Content::Cluster(was), Content::Cluster(now)) = (&mut was.content, &now.content) {
                was.discovery.clone_from(&now.discovery);
            }
            was
        }));
    }
    Ok(before)
}

/// What is around a root: what its cluster file says, on what the configuration says.
fn surroundings(root: &Root, settings: &Settings) -> Result<Surroundings, Failure> {
    let clusters = || {
        root.inventories.iter().filter_map(|file| match &file.content {
            Content::Cluster(content) => Some((file, &**content)),
            Content::Ansible { .. } | Content::Unknown => None,
        })
    };
    let mut network = Network::default();
    let mut found = crate::environment::Environment::default();
    if let Some((_, ClusterContent { cluster, discovery, .. })) = clusters().next() {
        network = cluster.network.clone();
        // Where machines and file do not go together, whoever asks for the hosts says so.
        let around = |discovery: &Discovery| {
            assemble(cluster, discovery).map_or_else(
                |_| discovery.environment.clone().around(&discovery.machines),
                |assembly| assembly.environment(discovery),
            )
        };
        found = discovery.as_ref().map(around).unwrap_or_default();
    }
    let declared = network.on(settings.config.site());
    let own = clusters().next().map(|(file, _)| file.source.name());
    let siblings = siblings::read(declared.siblings.as_ref(), own).map_err(Failure::could_not_find_out)?;
    Ok(Surroundings { declared, found, siblings })
}

/// What the command line says about rules.
fn choice(flags: &Rules, rules: &[&'static Rule]) -> Result<Choice, Failure> {
    let one = |word: &str| {
        Selector::parse(word, rules).map_err(|unknown| Failure::usage(unknown.to_string(), unknown.remedy()))
    };
    let all = |words: &[String]| words.iter().map(|word| one(word)).collect::<Result<Vec<_>, _>>();
    let per_file = |text: &String| {
        let usage = |why: String| Failure::usage(why, "write GLOB:RULE, `--per-file-ignores 'legacy/**:KSP'`");
        let (glob, word) =
            text.rsplit_once(':').ok_or_else(|| usage(format!("`{text}` is no pair of files and a rule")))?;
        Ok(PerFile { files: PathGlob::parse(glob, Path::new(".")).map_err(usage)?, rules: vec![one(word)?] })
    };
    let per_file: Vec<PerFile> = flags.per_file_ignores.iter().map(per_file).collect::<Result<_, Failure>>()?;
    Ok(Choice {
        select: Some(all(&flags.select)?).filter(|select| !select.is_empty()),
        extend_select: all(&flags.extend_select)?,
        ignore: all(&flags.ignore)?,
        per_file_ignores: Some(per_file).filter(|ignores| !ignores.is_empty()),
    })
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::usage(error.to_string(), error.remedy())
    }
}
