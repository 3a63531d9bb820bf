//! Conflicts and levels as findings of rules.

use super::{Conflict, Network, nesting, rows};
use crate::lint::finding::{Finding, Label, Place, Severity};
use crate::lint::report::Report;
use crate::lint::rule::Rule;
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
    fn finding(&self, rule: &'static Rule, conflict: &Conflict, view: &View<'_>) -> Option<Finding> {
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
        let (first, others) = spaces.split_first()?;
        let places = self.places(conflict, &spaces);
        let mut places = places.into_iter();
        let primary = places.next().or_else(|| Some(Label::new(view.whole()?, "its variables, or their defaults")))?;
        let message = self.sentence(conflict, (*first, others));
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
        finding.fix = remedy.fix;
        if conflict.fault_is_overlap() {
            for at in spaces.iter().take(2) {
                finding = finding.range(self.about[*at].name.clone(), self.facts.spaces[*at].range);
            }
        }
        Some(finding)
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
