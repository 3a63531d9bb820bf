//! What fits through: the packet of the site, in it the headers of the outermost level and that level's own packet,
//! and so on inwards, with the sum below.

use super::levels;
use super::scene::{Anchor, Area, Line, Scene, Style};
use super::text::{clean, wrap};
use crate::network::address::Family;
use crate::network::mtu::{Level, Setting, Term, Why};
use crate::plan::NetworkPlan;

/// Between a packet and what is in it.
const INSET: i32 = 8;

/// For a packet's own words.
const HEADER: i32 = 32;

/// From one line to the next.
const LEADING: i32 = 18;

/// The widest that headers are drawn. They are not to scale: 50 bytes of 1500 would have no room for a word.
const WIDEST: i32 = 118;

/// What is left for the innermost packet at least.
const INNERMOST: i32 = 230;

/// Something taken off the packet.
struct Headers {
    name: String,
    bytes: i32,
    /// What they are, outermost first.
    parts: Vec<String>,
}

/// A packet in the one before it.
struct Packet {
    headers: Vec<Headers>,
    words: Line,
}

/// Paints the stack and its sum into an area of this width from a corner; answers where it ends.
pub(super) fn paint(plan: &NetworkPlan, scene: &mut Scene, x: i32, y: i32, width: i32) -> i32 {
    let packets = packets(plan);
    let all: usize = packets.iter().map(|packet| packet.headers.len()).sum();
    let all = i32::try_from(all).unwrap_or(i32::MAX).max(1);
    let mut depth = i32::try_from(packets.len()).unwrap_or_default();
    let room = width - INNERMOST - 2 * INSET * depth;
    let headers_width = (room / all - INSET).clamp(0, WIDEST);
    let parts = packets.iter().flat_map(|packet| &packet.headers).map(|headers| headers.parts.len()).max();
    let innermost = 52 + LEADING * i32::try_from(parts.unwrap_or_default()).unwrap_or_default();

    let underlay = &plan.mtu.chain.underlay;
    let mut outer = Area { x, y, width, height: depth * (HEADER + INSET) + innermost.max(HEADER + LEADING) };
    let end = outer.bottom();
    let site = Line::new(Style::Heading, &underlay.path().to_string()).and(Style::Name, &underlay.name);
    paint_packet(scene, outer, "packet", site.and(Style::Muted, "bytes between its nodes"));
    for packet in packets {
        let mut x = outer.x + INSET;
        let (y, height) = (outer.y + HEADER, outer.height - HEADER - INSET);
        for headers in &packet.headers {
            paint_headers(scene, Area { x, y, width: headers_width, height }, headers);
            x += headers_width + INSET / 2;
        }
        outer = Area { x, y, width: outer.right() - INSET - x, height };
        depth -= 1;
        paint_packet(scene, outer, if depth == 0 { "packet own" } else { "packet" }, packet.words);
    }
    if let Some(level) = plan.mtu.chain.levels.last() {
        paint_pods(plan, level, scene, outer);
    }
    paint_sum(plan, scene, x, end + 28, width)
}

fn paint_packet(scene: &mut Scene, area: Area, class: &str, words: Line) {
    scene.area(area, 6, class, "");
    scene.text(area.x + 10, area.y + 21, words.fit(area.width - 20));
}

fn paint_headers(scene: &mut Scene, area: Area, headers: &Headers) {
    let Headers { name, bytes, parts } = headers;
    scene.area(area, 4, "headers", &format!("{name}: {bytes} bytes"));
    let lines = [Line::new(Style::Name, name), Line::new(Style::Code, &format!("− {bytes}"))];
    let lines = lines.into_iter().chain(parts.iter().map(|part| Line::new(Style::Muted, part)));
    for (line, baseline) in lines.zip((area.y + 21..area.bottom() - 4).step_by(18)) {
        scene.anchored(Anchor::Middle, area.x + area.width / 2, baseline, line.fit(area.width - 8));
    }
}

/// What it means for the innermost pods.
fn paint_pods(plan: &NetworkPlan, level: &Level, scene: &mut Scene, area: Area) {
    let too_many = i32::from(level.pods.usable) - i32::from(level.safe);
    let line = if too_many > 0 {
        Line::new(Style::Bad, &format!("✕ its pods send {}, which is {too_many} too many", level.pods.usable))
    } else {
        match &plan.mtu.written {
            // There is no room to say more.
            Some(written) if level.setting == Setting::Nodes(written.value) => {
                Line::new(Style::Muted, &format!("written: {}, the nodes' MTU", written.value))
            }
            Some(written) => Line::new(Style::Muted, &format!("the variables say {}", written.value)),
            None => Line::new(Style::Muted, "no variable has to say so"),
        }
    };
    scene.text(area.x + 10, area.y + 21 + LEADING, line.fit(area.width - 20));
}

/// The sum in words, broken where something is taken away. The whole sum, however long, is in the description.
fn paint_sum(plan: &NetworkPlan, scene: &mut Scene, x: i32, y: i32, width: i32) -> i32 {
    let Some(level) = plan.mtu.chain.levels.last() else { return y - LEADING };
    // Blanks that do not break hold each term together.
    let together = |text: String| clean(&text).replace(' ', "\u{a0}");
    let mut sum = together(format!("{} ({})", level.sum.start, level.sum.from));
    for Term { bytes, why, level } in &level.sum.terms {
        sum.push(' ');
        sum.push_str(&together(format!("− {bytes} ({why}, {level})")));
    }
    sum.push(' ');
    sum.push_str(&together(format!("= {}", level.sum.total())));
    let mut baseline = y;
    for line in wrap(&sum, Style::Code.face(), Style::Code.size(), width, 4) {
        scene.text(x, baseline, Line::new(Style::Code, &line));
        baseline += LEADING + 2;
    }
    baseline - LEADING
}

/// The packets in the site's, outermost first, and what is taken off for each.
fn packets(plan: &NetworkPlan) -> Vec<Packet> {
    let levels = &plan.mtu.chain.levels;
    let Some(innermost) = levels.last() else { return Vec::new() };
    let mut left = i32::from(innermost.sum.start);
    let mut terms = innermost.sum.terms.iter().peekable();
    let boxes = levels::boxes(levels.len());
    let packet = |levels_of: std::ops::Range<usize>| {
        let of = &levels[levels_of.clone()];
        let mut taken = Vec::new();
        for at in levels_of.clone() {
            // A cluster may be called like the one around it; then the size between tells them apart.
            let least = levels.get(at + 1).map_or(0, |inside| i32::from(inside.node_path));
            while let Some(term) = terms.next_if(|term| term.level == levels[at].name && left > least) {
                left -= i32::from(term.bytes);
                taken.push(term);
            }
        }
        let headers = match (of.len(), taken.as_slice()) {
            (_, []) => Vec::new(),
            (1, terms) => terms.iter().map(|term| headers(term)).collect(),
            (more, terms) => vec![Headers {
                name: format!("{more} levels"),
                bytes: terms.iter().map(|term| i32::from(term.bytes)).sum(),
                parts: Vec::new(),
            }],
        };
        let name = levels::name(of.iter().map(|level| level.name.as_str()));
        let what = if levels_of.end == levels.len() {
            "bytes between its pods"
        } else {
            "bytes between its pods: the machines of the level inside"
        };
        let words = Line::new(Style::Heading, &left.to_string()).and(Style::Name, &name).and(Style::Muted, what);
        Packet { headers, words }
    };
    boxes.into_iter().map(packet).collect()
}

fn headers(term: &Term) -> Headers {
    let parts = match term.why {
        Why::Encapsulation(encapsulation) => {
            // A rule may take another number than the headers' own: then it says nothing of them.
            let parts = [Family::Ipv4, Family::Ipv6].map(|outer| encapsulation.headers(outer));
            let is_it = |parts: &Vec<(&str, u16)>| parts.iter().map(|(_, bytes)| bytes).sum::<u16>() == term.bytes;
            parts.into_iter().find(is_it).unwrap_or_default()
        }
        _ => Vec::new(),
    };
    let parts = parts.into_iter().map(|(name, bytes)| format!("{name} {bytes}")).collect();
    let name = match term.why {
        Why::Written(_) => "not used".to_owned(),
        why => why.to_string(),
    };
    Headers { name, bytes: term.bytes.into(), parts }
}
