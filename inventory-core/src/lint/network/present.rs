//! Conflicts and levels as findings of rules.

use super::{Conflict, Network, nesting, rows};
use crate::lint::finding::{Applicability, Finding, Fix, Label, Place, Severity};
use crate::lint::repetition::Cause;
use crate::lint::report::Report;
use crate::lint::rule::{Fixes, Rule};
use crate::lint::view::View;
use crate::network::mtu;
use crate::network::relations::Strength;
use crate::network::space::{Owner, Role};

/// How many of the others a finding points at: of two hundred nodes the first few say it all.
const MOST_PLACES: usize = 4;

/// Tells what breaks the rows of the table that a rule presents.
pub fn present(rule: &'static Rule, view: &View<'_>, report: &mut Report) {
    let network = view.network();
    for conflict in network.conflicts(rows::of(rule.code)) {
        if let Some(finding) = network.finding(rule, conflict, view) {
            report.find(finding);
        }
    }
}

/// Tells what the cluster around does to the packets of its guests, where that breaks a row that a rule presents.
pub fn present_levels(rule: &'static Rule, view: &View<'_>, report: &mut Report) {
    let rows = rows::of(rule.code);
    let breaks = |finding: &&mtu::Finding| finding.problem.hosting_rule().is_some_and(|row| rows.contains(&row));
    for finding in view.network().own_level().filter(breaks) {
        if let Some(finding) = nesting::finding(rule, &finding.problem, view) {
            report.find(finding);
        }
    }
}

impl Network {
    /// The spaces that a conflict is told of, the one to change first.
    fn spaces_of(&self, conflict: &Conflict) -> Vec<usize> {
        let mut spaces: Vec<usize> = conflict.subject.into_iter().chain(conflict.others.iter().copied()).collect();
        spaces.retain(|at| !self.is_beside_the_point(conflict, *at));
        // What is easily changed is what is to change, although the table names the pods first.
        if let (2, "A20" | "A21" | "A23" | "B07") = (spaces.len(), conflict.row.id) {
            let easy = [Role::ClusterDns, Role::NodeLocalDns, Role::CniInternal];
            let eases = |at: &usize| easy.contains(&self.facts.spaces[*at].role);
            if eases(&spaces[1]) {
                spaces.swap(0, 1);
            }
        }
        spaces
    }

    /// What is wrong, and where: what is to change first.
    fn labels(&self, conflict: &Conflict, spaces: &[usize], view: &View<'_>) -> Option<(String, Label, Vec<Label>)> {
        let (first, others) = spaces.split_first()?;
        let mut places = self.places(conflict, spaces).into_iter();
        let primary = places.next().or_else(|| Some(Label::new(view.whole()?, "its variables, or their defaults")))?;
        Some((self.sentence(conflict, (*first, others)), primary, places.collect()))
    }

    fn finding(&self, rule: &'static Rule, conflict: &Conflict, view: &View<'_>) -> Option<Finding> {
        let spaces = self.spaces_of(conflict);
        let (message, primary, places) = self.labels(conflict, &spaces, view)?;
        let (first, others) = spaces.split_first()?;
        let mut finding = Finding::new(rule, message, primary);
        finding.severity = rule.severity.min(self.severity(conflict));
        for label in places {
            finding = finding.related(label);
        }
        for note in self.notes(&spaces, view) {
            finding = finding.note(note);
        }
        let remedy = self.remedy(conflict, (*first, others));
        finding.help = remedy.help;
        finding.fix = remedy.fix.map(|fix| match fix.applicability {
            Applicability::Unsafe if rule.fixes == Fixes::Never => Fix { applicability: Applicability::Shown, ..fix },
            _ => fix,
        });
        if conflict.fault_is_overlap() {
            for at in &spaces {
                finding = finding.range(self.about[*at].name.clone(), self.facts.spaces[*at].range);
            }
        }
        finding.told_by = self.told_by(conflict, view);
        Some(finding)
    }

    /// The findings that tell a conflict already.
    fn told_by(&self, conflict: &Conflict, view: &View<'_>) -> Vec<Vec<Cause>> {
        let causes = |at: &usize| self.causes(&self.conflicts[*at], view);
        let mut told_by: Vec<Vec<Cause>> =
            conflict.told_by.iter().map(|places| places.iter().flat_map(causes).collect()).collect();
        // That every machine behind a masquerade has one address is the masquerade's doing.
        if let Some(masquerade) = (conflict.row.id == "E02").then(|| self.masquerade(view)).flatten() {
            if told_by.is_empty() {
                told_by.push(Vec::new());
            }
            for causes in &mut told_by {
                causes.push(masquerade.clone());
            }
        }
        told_by
    }

    /// A conflict as what tells another one.
    fn causes(&self, conflict: &Conflict, view: &View<'_>) -> Vec<Cause> {
        let spaces = self.spaces_of(conflict);
        if let Some(code) = rows::rule_of(conflict.row.id) {
            let labels = self.labels(conflict, &spaces, view).into_iter();
            return labels.map(|(text, label, _)| Cause { code, place: label.place, message: Some(text) }).collect();
        }
        let codes = rows::of_inventory(conflict.row.id);
        let places = spaces.iter().filter_map(|at| self.about[*at].place.clone());
        places
            .flat_map(|place| codes.iter().map(move |code| Cause { code, place: place.clone(), message: None }))
            .collect()
    }

    /// That all machines have one address behind a masquerade, where the chain of levels says so.
    fn masquerade(&self, view: &View<'_>) -> Option<Cause> {
        let mut problems = self.own_level().map(|finding| &finding.problem);
        let problem = problems.find(|problem| matches!(problem, mtu::Problem::EveryMachineIs10022))?;
        let code = rows::rule_of(problem.hosting_rule()?)?;
        let (message, label) = nesting::headline(problem, view)?;
        Some(Cause { code, place: label.place, message: Some(message) })
    }

    fn severity(&self, conflict: &Conflict) -> Severity {
        let is_node = |at: &usize| self.facts.spaces[*at].role == Role::Node;
        match conflict.row.strength {
            Strength::Must => Severity::Error,
            Strength::Should => Severity::Warning,
            // Siblings may have the same pods, never the same nodes.
            Strength::May if conflict.row.id == "F08" && conflict.others.iter().all(is_node) => Severity::Error,
            Strength::May => Severity::Info,
        }
    }

    /// An address at which a machine is reached from elsewhere need not be in any network of its own.
    fn is_beside_the_point(&self, conflict: &Conflict, at: usize) -> bool {
        conflict.row.id == "F09" && self.about[at].title.contains("(`access_ip")
    }

    /// Where the first few are, the one to change first, each place once.
    fn places(&self, conflict: &Conflict, spaces: &[usize]) -> Vec<Label> {
        let mut places: Vec<Label> = Vec::new();
        let mut add = |place: &Place, text: String| {
            if places.len() <= MOST_PLACES && !places.iter().any(|label| label.place == *place) {
                places.push(Label::new(place.clone(), text));
            }
        };
        let Some(first) = spaces.first() else { return places };
        let at = usize::from(self.facts.spaces[*first].range.first().is_ipv6());
        let numbers = &self.numbers;
        let (of_numbers, what) = match conflict.row.id {
            "A15" => (numbers.max_pods_at.as_ref().or(numbers.share_at[at].as_ref()), "decides how many pods"),
            "A12" | "A13" | "A14" => (numbers.share_at[at].as_ref(), "the length of a node's share"),
            "B03" | "B04" | "B05" => (numbers.block_at[at].as_ref(), "the length of a block"),
            "A22" => (numbers.certificate_at.as_ref(), "the names in the certificate"),
            _ => (None, ""),
        };
        // Numbers are changed where they stand; a pod network that is too small is changed itself.
        if matches!(conflict.row.id, "A15" | "A22" | "A12" | "A13" | "B03" | "B04")
            && let Some(place) = of_numbers
        {
            add(place, what.to_owned());
        }
        for at in spaces {
            if let Some(place) = &self.about[*at].place {
                add(place, self.tell(*at));
            }
        }
        if let Some(place) = of_numbers {
            add(place, what.to_owned());
        }
        places
    }

    /// What is written nowhere, or in no file of the inventory's.
    fn notes(&self, spaces: &[usize], view: &View<'_>) -> Vec<String> {
        let mut notes = Vec::new();
        for at in spaces.iter().copied().take(1 + MOST_PLACES) {
            let space = &self.facts.spaces[at];
            let masked = space.host_bits.filter(|_| space.owner == Owner::Cluster && space.role != Role::Bridge);
            notes.extend(masked.map(|written| format!("{written} is the network {}", written.network())));
            notes.extend(self.default_note(at, view).or_else(|| self.origin_note(at)));
        }
        notes.dedup();
        notes
    }
}

impl Conflict {
    fn fault_is_overlap(&self) -> bool {
        matches!(self.fault, crate::network::relations::Fault::Shares(_))
    }
}
