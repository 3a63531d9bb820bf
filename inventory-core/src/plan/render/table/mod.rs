//! The plan as a table: what was decided and why, what it was kept apart from, and what is wrong.

mod mtu;
mod settings;
mod verdict;

use std::fmt::Write as _;

use crate::environment::SilentPlace;
use crate::plan::{Finding, NetworkPlan, Room, Severity};
use crate::vars::merge::{shortened, transition};

use super::columns::{self, Column, Row};
use super::style::{Ink, Style, columns as columns_of, count, counted};
use super::{Drift, around, words};

/// The plan as text for a person, each line ended. `drift` is what the variables of a directory would change;
/// `None`: none was looked at.
pub fn table(plan: &NetworkPlan, drift: Option<&[Drift]>, style: Style) -> String {
    let sections = [
        title(plan, style),
        ranges(plan, style),
        settings::settings(plan, style),
        mtu::mtu(plan, style),
        apart_from(plan, style),
        silent(&plan.silent, style),
        findings(&plan.findings, style),
        drift.map(|drift| drifted(drift, style)).unwrap_or_default(),
        verdict::verdict(plan, drift.unwrap_or_default(), style),
    ];
    sections.into_iter().filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n")
}

/// `ci-kube: 5 nodes inside kube-test, for kubespray v2.31.0`.
fn title(plan: &NetworkPlan, style: Style) -> String {
    use crate::cluster::Layout;
    let mut text = format!("{}: {}", plan.cluster, counted(plan.nodes_today.into(), "node"));
    // The outermost level is the site, which everything is in.
    if let [_, .., innermost] = plan.levels.as_slice() {
        let _ = write!(text, " inside {innermost}");
    }
    let whose = match (plan.layout, plan.kubespray_version) {
        (Layout::Kubespray, Some(version)) => format!(", kubespray {version}"),
        (Layout::Kubespray, None) => ", kubespray of a version that is not told".to_owned(),
        (Layout::HardWay, _) => ", the hard way".to_owned(),
        (Layout::None, _) => String::new(),
    };
    text += &whose;
    style.hanging("", 0, &text, usize::MAX).replacen(&plan.cluster, &style.paint(Ink::Strong, &plan.cluster), 1)
}

/// A heading.
fn heading(text: &str, style: Style) -> String {
    style.paint(Ink::Strong, text) + "\n"
}

/// The ranges that were decided.
fn ranges(plan: &NetworkPlan, style: Style) -> String {
    const HEADS: [Column; 5] = [
        Column::text(""),
        Column::text("network").strong(),
        Column::number("addresses"),
        Column::text("later"),
        Column::text("room for"),
    ];
    let rooms = |at: usize| plan.room.get(at);
    let services = plan.services.iter().enumerate().map(|(at, range)| {
        ("services", range, rooms(at).map(|room| counted(room.services, "service")).unwrap_or_default())
    });
    let pods = plan
        .pods
        .iter()
        .enumerate()
        .map(|(at, range)| ("pods", range, rooms(at).map(room_for_pods).unwrap_or_default()));
    let rows: Vec<Row> = services
        .chain(pods)
        .map(|(name, range, room)| {
            let network = range.value;
            let cells =
                [name.to_owned(), network.to_string(), count(network.range().size()), range.fixity.to_string(), room];
            Row::new(range.is_written, cells, words::why(plan, &range.why))
        })
        .collect();
    if rows.is_empty() { String::new() } else { columns::render(style, "ranges", &HEADS, &rows) }
}

fn room_for_pods(room: &Room) -> String {
    format!("{} × {}", counted(room.nodes, "node"), counted(room.pods_per_node, "pod"))
}

/// What the ranges were kept apart from, by who has it.
fn apart_from(plan: &NetworkPlan, style: Style) -> String {
    let groups = around::groups(plan);
    if groups.is_empty() {
        return String::new();
    }
    let label = |group: &around::Group<'_>| match group.kind {
        around::Kind::Sibling => format!("{} (sibling)", group.name),
        _ => group.name.clone().into_owned(),
    };
    labelled("kept apart from", groups.iter().map(|group| (label(group), group.text())), style)
}

/// Places that could have told more.
fn silent(places: &[SilentPlace], style: Style) -> String {
    if places.is_empty() {
        return String::new();
    }
    let texts = places.iter().map(|SilentPlace { place, why, would_tell }| {
        let told = format!("{why}; it would have told: {would_tell}");
        (place.clone(), told)
    });
    labelled("not known, because a place was silent", texts, style)
}

/// Texts with a label each, which stand beside them where labels are short.
fn labelled(title: &str, texts: impl Iterator<Item = (String, String)>, style: Style) -> String {
    const WIDEST: usize = 24;
    let texts: Vec<(String, String)> =
        texts.map(|(label, text)| (crate::safe::terminal::one_line(&label), text)).collect();
    let widths = texts.iter().map(|(label, _)| columns_of(label));
    let widest = widths.filter(|width| *width <= WIDEST).max().unwrap_or(0);
    let mut section = heading(title, style);
    for (label, text) in texts {
        if columns_of(&label) <= widest {
            section += &style.hanging(&format!("  {label}"), widest + 4, &text, usize::MAX);
        } else {
            section += &style.hanging("", 2, &format!("{label}:"), usize::MAX);
            section += &style.hanging("", widest + 4, &text, usize::MAX);
        }
    }
    section
}

/// What is wrong, the worst first, each with its remedy.
fn findings(findings: &[Finding], style: Style) -> String {
    const WIDTH: usize = 11;
    if findings.is_empty() {
        return String::new();
    }
    let mut worst_first: Vec<&Finding> = findings.iter().collect();
    worst_first.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let mut section = heading("findings", style);
    for finding in worst_first {
        let (word, ink) = severity(finding.severity);
        let label = format!("  {word:gap$}", gap = WIDTH - 2);
        let text = format!("{}: {}", finding.code, finding.what);
        let shown = style.hanging(&label, WIDTH, &text, usize::MAX);
        section += &shown.replacen(word, &style.paint(ink, word), 1);
        section += &remedy(&finding.remedy, WIDTH, style);
    }
    section
}

/// The way out, set apart from what is wrong.
fn remedy(text: &str, indent: usize, style: Style) -> String {
    if text.is_empty() {
        String::new()
    } else {
        style.hanging(&format!("{:indent$}→ ", ""), indent + 2, text, usize::MAX)
    }
}

fn severity(severity: Severity) -> (&'static str, Ink) {
    match severity {
        Severity::Error => ("error", Ink::Error),
        Severity::Warning => ("warning", Ink::Warning),
        Severity::Info => ("note", Ink::Quiet),
    }
}

/// What the variables of the directory have otherwise, file by file.
fn drifted(drift: &[Drift], style: Style) -> String {
    if drift.is_empty() {
        return heading("variables", style) + "  as the plan wants them\n";
    }
    let mut section = heading("variables that differ", style);
    for Drift { variable, file, line, has, wants, reason } in drift {
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        section += &style.hanging("", 2, &format!("{variable} ({file}{line})"), columns_of(variable));
        let change = match (has, wants) {
            (Some(has), Some(wants)) => transition(has, wants),
            (has, wants) => {
                let [has, wants] = [(has, "not there"), (wants, "taken away")]
                    .map(|(value, none)| value.as_deref().map_or(none.into(), shortened));
                format!("{has} → {wants}")
            }
        };
        let quiet_from = columns_of(&change);
        section +=
            &style.hanging("", 4, &if reason.is_empty() { change } else { format!("{change}: {reason}") }, quiet_from);
    }
    section
}
