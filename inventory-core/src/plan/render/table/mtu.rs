//! The MTU chain, level by level, and its sum.

use crate::network::mtu::{Level, PodMtu};
use crate::plan::{Choice, MtuPlan, NetworkPlan, Why};

use super::super::columns::{self, Column, Row};
use super::super::style::Style;
use super::super::words;

/// Every level with what its machines and its pods have, the site first, and what is written.
pub(super) fn mtu(plan: &NetworkPlan, style: Style) -> String {
    const HEADS: [Column; 6] = [
        Column::text(""),
        Column::number("machines' NIC"),
        Column::number("path"),
        Column::number("pods' NIC"),
        Column::number("pods use"),
        Column::number("fits").strong(),
    ];
    let MtuPlan { chain, written } = &plan.mtu;
    let underlay = &chain.underlay;
    let empty = String::new;
    let (link, path) = (underlay.link.to_string(), underlay.path().to_string());
    let site = [underlay.name.clone(), link, path, empty(), empty(), empty()];
    let mut rows = vec![Row::new(false, site, empty())];
    rows.extend(chain.levels.iter().map(|level| {
        let cells = [
            level.name.clone(),
            level.node_link.to_string(),
            level.node_path.to_string(),
            level.pods.link.to_string(),
            level.pods.usable.to_string(),
            level.safe.to_string(),
        ];
        Row::new(false, cells, remark(level))
    }));
    let mut text = columns::render(style, "MTU", &HEADS, &rows);
    let Some(own) = chain.levels.last() else { return text };
    text += &style.hanging("", 2, &words::tied(&own.sum), usize::MAX);
    text + &style.hanging(
        if written.is_some() { "* " } else { "" },
        2,
        &decided(plan, own, written.as_ref()),
        usize::MAX,
    )
}

/// Where packets of a level would vanish, or be smaller than they could be.
fn remark(level: &Level) -> String {
    let PodMtu { link, route, usable } = level.pods;
    let mut remarks = Vec::new();
    if level.node_link > level.node_path {
        remarks.push("its machines' NIC promises more than fits".to_owned());
    }
    if usable > level.safe {
        remarks.push(format!("its pods send {} bytes too many", usable.bytes() - level.safe.bytes()));
    } else if link > usable {
        remarks.push(if route > usable {
            "its pods' NIC promises more than fits".to_owned()
        } else {
            "its pods' routes say less than their NIC".to_owned()
        });
    }
    remarks.join("; ")
}

/// What is written for the cluster, or why nothing is.
fn decided(plan: &NetworkPlan, own: &Level, written: Option<&Choice<crate::network::mtu::Mtu>>) -> String {
    let Some(choice) = written else {
        return format!("nothing is written: its pods get {} without", own.auto.usable);
    };
    let is_plain = choice.value == own.pods.usable || matches!(choice.why, Why::Leaves { .. });
    let whose = if is_plain { String::new() } else { format!(" in the terms of {}", own.cni) };
    let reason = match &choice.why {
        // The sum stands above already.
        Why::Fits(_) if own.auto.usable == own.safe => ": it is what fits".to_owned(),
        Why::Leaves { cni, pods, .. } => format!(": the nodes' MTU, from which {cni} deducts; pods get {pods}"),
        Why::Fits(_) => format!(": {} by itself would take {}", own.cni, own.auto.usable),
        why => format!(": {}", words::why(plan, why)),
    };
    format!("{} is written{whose}, {}{reason}", choice.value, choice.fixity)
}
