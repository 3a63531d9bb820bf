//! The map of addresses: a column for each level of nesting, the cluster's own in the innermost frame.
//!
//! Addresses grow downwards. What lies beside something in another column has its addresses, and what lies beside
//! nothing is free of it; so a faint band from each of the cluster's own ranges to the left edge meets nothing.

mod columns;
mod groups;
mod items;
mod rows;

use columns::{Frame, HEADER, INSET, frames};
use items::{Column, Item, Items, Kind};
use rows::{Place, Rows};

use super::levels;
use super::scene::{Area, Line, Scene, Style};
use super::spaces::{clashes, spaces};
use super::text::{clean, wrap};
use crate::network::space::Role;
use crate::plan::NetworkPlan;
use crate::plan::render::around;

/// From one line of words in a box to the next.
const LEADING: i32 = 19;

/// What a box moves in for each box around it, up to a depth.
const NESTED: (i32, i32) = (8, 4);

/// The accent at a box's left edge.
const ACCENT: i32 = 4;

/// Paints the map into an area of this width from a corner; answers where it ends.
pub(super) fn paint(plan: &NetworkPlan, scene: &mut Scene, x: i32, y: i32, width: i32) -> i32 {
    let spaces = spaces(plan);
    let Items { shown: items, more, clashes } = Items::of(plan, &spaces, &clashes(plan, &spaces));
    let mut columns: Vec<_> = (0..levels::boxes(plan.levels.len()).len()).map(Column::Level).collect();
    let has_boxes = |column| items.iter().any(|item| item.column == column);
    columns.extend(has_boxes(Column::Siblings).then_some(Column::Siblings));
    columns.push(Column::Own);
    let frames = frames(&columns, has_boxes, x, width);
    let deepest = frames.iter().map(|frame| frame.depth).max().unwrap_or_default();
    let frame_of = |item: &Item| frames.iter().find(|frame| frame.column == item.column).copied();

    // How deep an item lies does not depend on its words' height, so the depths of a first layout are the second's.
    let depths = Rows::of(&items, &vec![0; items.len()], 0);
    let areas = items.iter().zip(&depths.places).map(|(item, place)| frame_of(item).map(|frame| span(frame, *place)));
    let areas: Vec<(i32, i32)> = areas.map(Option::unwrap_or_default).collect();
    let words: Vec<_> = items.iter().zip(&areas).map(|(item, (_, width))| words(item, width - ACCENT - 14)).collect();
    let heights: Vec<_> = items.iter().zip(&words).map(|(item, words)| height(item, words.len())).collect();
    let top = y + (deepest + 1) * HEADER;
    let rows = Rows::of(&items, &heights, top);
    let bottom = rows.bottom + if more.is_empty() { 0 } else { LEADING + 6 };

    for frame in &frames {
        let class = match frame.column {
            Column::Own => "frame own",
            Column::Siblings => "frame beside",
            Column::Level(_) => "frame",
        };
        scene.area(frame.area(y, bottom, deepest), 8, class, "");
    }
    let boxes: Vec<Area> = areas
        .iter()
        .zip(&rows.places)
        .map(|(&(x, width), place)| Area { x, y: place.top, width, height: place.bottom - place.top })
        .collect();
    paint_bands(scene, &items, &boxes, x);
    for gap in &rows.gaps {
        scene.rule((x, *gap), (x + width, *gap), "gap");
    }
    if let (Some(baseline), Some(own)) = (rows.ipv6, frames.last()) {
        scene.text(own.x + 2, baseline, Line::new(Style::Muted, "IPv6").fit(own.width));
    }
    for at in in_paint_order(&items, &rows.places) {
        paint_box(scene, &items[at], boxes[at], clashes.iter().any(|clashing| clashing.contains(&at)));
    }
    paint_slices(scene, &items, &boxes, &frames);
    for clashing in &clashes {
        paint_clash(scene, clashing, &boxes);
    }
    for ((item, area), words) in items.iter().zip(&boxes).zip(words) {
        let lines = words.len();
        for (line, baseline) in words.into_iter().zip((area.y + 19..).step_by(19)) {
            scene.text(area.x + ACCENT + 8, baseline, line);
        }
        paint_ticks(scene, item, *area, area.y + height(item, lines) - 8);
    }
    for frame in &frames {
        let header = header(plan, frame.column).fit(frame.right - frame.left - 2 * INSET);
        scene.text(frame.left + INSET, y + frame.depth * HEADER + 21, header);
        if let Some((_, more)) = more.iter().find(|(column, _)| *column == frame.column) {
            let line = Line::new(Style::Muted, &format!("and {more} more")).fit(frame.width);
            scene.text(frame.x + 2, rows.bottom + LEADING, line);
        }
    }
    bottom + (deepest + 1) * INSET
}

/// Where a box begins and how wide it is.
fn span(frame: Frame, place: Place) -> (i32, i32) {
    let (step, most) = NESTED;
    let inset = place.depth.min(most) * step;
    (frame.x + inset, frame.width - inset - inset / 2)
}

/// The lines in a box.
fn words(item: &Item, room: i32) -> Vec<Line> {
    let one = Line::new(Style::Name, &item.name).and(Style::Code, &item.extent);
    let mut lines = if one.width() <= room {
        vec![one]
    } else {
        let mut lines = wrapped(Style::Name, &item.name, room);
        lines.extend(extent_lines(&item.extent, room));
        lines
    };
    let details = item.details.iter().flat_map(|detail| {
        let style = if detail.starts_with('✕') { Style::Bad } else { Style::Muted };
        wrapped(style, detail, room)
    });
    lines.extend(details);
    lines.retain(|line| !line.is_empty());
    lines
}

fn wrapped(style: Style, text: &str, room: i32) -> Vec<Line> {
    let lines = wrap(&clean(text), style.face(), style.size(), room, 2);
    lines.iter().map(|line| Line::new(style, line)).collect()
}

/// A range in one line, or in two: its ends, or the network and its length.
fn extent_lines(extent: &str, room: i32) -> Vec<Line> {
    let line = |text: &str| Line::new(Style::Code, text).fit(room);
    if Line::new(Style::Code, extent).width() <= room {
        return vec![line(extent)];
    }
    match extent.find('-').map(|dash| dash + 1).or_else(|| extent.find('/')) {
        Some(middle) => vec![line(&extent[..middle]), line(&extent[middle..])],
        None => vec![line(extent)],
    }
}

/// How high a box's words are, its ticks included.
fn height(item: &Item, lines: usize) -> i32 {
    let lines = i32::try_from(lines).unwrap_or_default();
    8 + lines * LEADING + if item.ticks.is_empty() { 0 } else { 14 }
}

/// What is around others first.
fn in_paint_order(items: &[Item], places: &[Place]) -> impl Iterator<Item = usize> {
    let mut order: Vec<_> = (0..items.len()).collect();
    order.sort_by_key(|item| places[*item].depth);
    order.into_iter()
}

/// From each of the cluster's own ranges to the left edge.
fn paint_bands(scene: &mut Scene, items: &[Item], boxes: &[Area], left: i32) {
    for (item, area) in items.iter().zip(boxes) {
        let is_range = item.keys.iter().any(|(_, role, _)| matches!(role, Role::Pods | Role::Services));
        if item.column == Column::Own && is_range {
            let band = Area { x: left + 1, width: area.x - left - 1, ..*area };
            scene.area(band, 0, format!("band {}", item.kind.class()), "");
        }
    }
}

fn paint_box(scene: &mut Scene, item: &Item, area: Area, clashes: bool) {
    let mut class = format!("box {}", item.kind.class());
    if item.column == Column::Own {
        class.push_str(" own");
    }
    if clashes {
        class.push_str(" wrong");
    }
    scene.area(area, 4, class, &item.tooltip);
    scene.area(Area { width: ACCENT, ..area }, 2, format!("accent {}", item.kind.class()), "");
}

/// Where in the box something lies, from its first address at the left to its last at the right.
fn paint_ticks(scene: &mut Scene, item: &Item, area: Area, y: i32) {
    if item.ticks.is_empty() {
        return;
    }
    let (first, last) = item.range.numbers();
    let (left, width) = (area.x + ACCENT + 9, area.width - ACCENT - 24);
    let at = |address: u128| left + along(address - first, last - first, width);
    scene.rule((left - 1, y), (left + width + 1, y), format!("scale {}", item.kind.class()));
    let mut places: Vec<_> = item.ticks.iter().map(|tick| at(tick.numbers().0)).collect();
    places.dedup();
    for x in places {
        scene.rule((x, y - 5), (x, y), format!("tick {}", item.kind.class()));
    }
}

/// So much of a length as `part` is of `whole`.
fn along(part: u128, whole: u128, length: i32) -> i32 {
    // Both lose what would not fit into the product.
    let shift = (128 - whole.leading_zeros()).saturating_sub(64);
    let (part, whole) = (part >> shift, (whole >> shift).max(1));
    u128::try_from(length).ok().and_then(|length| i32::try_from(part * length / whole).ok()).unwrap_or_default()
}

/// From the cluster's nodes and what lies beside them to the level that they lie in.
fn paint_slices(scene: &mut Scene, items: &[Item], boxes: &[Area], frames: &[Frame]) {
    let outside = frames.iter().rev().find(|frame| matches!(frame.column, Column::Level(_)));
    let Some(left) = outside.map(|frame| frame.x + ACCENT) else { return };
    for (item, area) in items.iter().zip(boxes) {
        if item.column == Column::Own && matches!(item.kind, Kind::Nodes | Kind::Edge) {
            let slice = Area { x: left, width: area.x - left, ..*area };
            scene.area(slice, 0, format!("slice {}", item.kind.class()), "");
        }
    }
}

/// A hatched band over what boxes share.
fn paint_clash(scene: &mut Scene, clashing: &[usize], boxes: &[Area]) {
    let shared = clashing.iter().map(|item| boxes[*item]).reduce(|a, b| {
        let (x, right) = (a.x.min(b.x), a.right().max(b.right()));
        let (y, bottom) = (a.y.max(b.y), a.bottom().min(b.bottom()));
        Area { x, y, width: right - x, height: bottom - y }
    });
    // The nodes of a box may lie on both sides of what one of them meets.
    if let Some(area) = shared.filter(|area| area.height > 0) {
        scene.area(area, 4, "clash", "");
    }
}

/// A frame's name.
fn header(plan: &NetworkPlan, column: Column) -> Line {
    match column {
        Column::Own => Line::new(Style::Name, &plan.cluster).and(Style::Muted, "this cluster"),
        Column::Siblings => {
            let names: Vec<_> = around::siblings(plan).into_iter().collect();
            let line = Line::new(Style::Name, if names.len() == 1 { "sibling" } else { "siblings" });
            line.and(Style::Muted, &names.join(", "))
        }
        Column::Level(place) => {
            let Some(levels) = levels::boxes(plan.levels.len()).into_iter().nth(place) else { return Line::default() };
            let line = Line::new(Style::Name, &levels::name(plan.levels[levels.clone()].iter().map(String::as_str)));
            // The first level is the site, which has no CNI.
            let of_one = levels.start.checked_sub(1).filter(|_| levels.len() == 1);
            // Machines beside the hosting clusters' pod networks have no part in their overlays.
            let chain = Some(&plan.mtu.chain.levels).filter(|chain| chain.len() == plan.levels.len());
            match chain.and_then(|chain| chain.get(of_one?)) {
                Some(level) => line.and(Style::Muted, &format!("hosting cluster, {}", level.cni)),
                None => line,
            }
        }
    }
}
