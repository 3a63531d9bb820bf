//! `plan --format svg`: one self-contained picture. What lies at which addresses on which level of nesting, and what
//! fits through.
//!
//! It is made for a browser, a README's `<img>` included: no script, no font of its own, light and dark by the
//! reader's choice on a background of its own. All words come from outside, so each is cleaned, measured with the
//! widest font it may meet, and shortened to the room there is. The same plan gives the same bytes.

mod address_map;
mod describe;
mod levels;
mod mtu_stack;
mod scene;
mod spaces;
mod text;

#[cfg(test)]
mod tests;

use scene::{Anchor, Area, Line, Scene, Style};
use text::{clean, escape, wrap};

use crate::plan::render::style::counted;
use crate::plan::{Finding, NetworkPlan, Severity};

/// How wide the picture is, in pixels.
const WIDTH: i32 = 960;

/// Around everything.
const MARGIN: i32 = 24;

/// What is between the margins.
const INNER: i32 = WIDTH - 2 * MARGIN;

/// From one line of a sentence to the next.
const LEADING: i32 = 19;

/// What a fault's mark takes.
const MARK: i32 = 22;

/// More kinds of faults than this are counted.
const MOST_FAULTS: usize = 4;

/// The plan as an SVG document, 960 pixels wide and as high as it takes.
pub fn svg(plan: &NetworkPlan) -> String {
    let (scene, height) = scene(plan);
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" class="inv-plan" role="img" aria-labelledby="inv-plan-title inv-plan-desc" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">
<title id="inv-plan-title">{title}</title>
<desc id="inv-plan-desc">{description}</desc>
<style>
{style}</style>
<defs><pattern id="inv-plan-hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="8"/></pattern></defs>
{shapes}</svg>
"#,
        title = escape(&clean(&format!("The network plan of {}", plan.cluster))),
        description = escape(&describe::plan(plan)),
        style = include_str!("style.css"),
        shapes = scene.xml(),
    )
}

/// Everything painted, and how high it is.
fn scene(plan: &NetworkPlan) -> (Scene, i32) {
    let mut scene = Scene::default();
    // Its height is known at the end.
    scene.area(Area { x: 0, y: 0, width: WIDTH, height: 0 }, 10, "sheet", "");
    let mut y = paint_title(plan, &mut scene);
    y = paint_faults(plan, &mut scene, y);
    y = paint_heading(
        &mut scene,
        y,
        "Addresses",
        "growing downwards; what lies side by side has the same ones; dots leave free ones out",
    );
    y = address_map::paint(plan, &mut scene, MARGIN, y, INNER);
    y = paint_heading(
        &mut scene,
        y + MARGIN,
        "MTU",
        "each level's headers are taken off the packet; widths are not to scale",
    );
    y = mtu_stack::paint(plan, &mut scene, MARGIN, y, INNER);
    y = paint_silence(plan, &mut scene, y);
    let height = y + MARGIN;
    if let Some(scene::Shape::Box { area, .. }) = scene.0.first_mut() {
        // Its border is half outside of its bounds.
        *area = Area { x: 1, y: 1, width: WIDTH - 2, height: height - 2 };
    }
    (scene, height)
}

fn paint_title(plan: &NetworkPlan, scene: &mut Scene) -> i32 {
    let of = |severity| faults(plan).filter(|fault| fault.severity == severity).count() as u128;
    let verdict = match (of(Severity::Error), of(Severity::Warning)) {
        (0, 0) if plan.silent.is_empty() => Line::new(Style::Good, "✓ nothing collides, and it fits through"),
        (0, 0) => Line::new(Style::Good, "✓ nothing that is known collides, and it fits through"),
        (0, warnings) => Line::new(Style::Doubtful, &format!("! {}", counted(warnings, "warning"))),
        (errors, _) => Line::new(Style::Bad, &format!("✕ {}", counted(errors, "error"))),
    };
    let room = INNER - verdict.width() - MARGIN;
    scene.anchored(Anchor::End, WIDTH - MARGIN, 46, verdict);
    scene.text(MARGIN, 48, Line::new(Style::Title, &plan.cluster).fit(room));
    scene.text(MARGIN, 72, Line::new(Style::Muted, &describe::cluster(plan)).fit(INNER));
    88
}

/// What is wrong, or works by luck, the worst first.
fn faults(plan: &NetworkPlan) -> impl Iterator<Item = &Finding> {
    plan.findings.iter().filter(|finding| finding.severity > Severity::Info)
}

/// One of each kind, since five nodes in a wrong network are one mistake.
fn paint_faults(plan: &NetworkPlan, scene: &mut Scene, y: i32) -> i32 {
    let mut kinds: Vec<(&Finding, usize)> = Vec::new();
    for fault in faults(plan) {
        match kinds.iter_mut().find(|(first, _)| first.code == fault.code) {
            Some((_, count)) => *count += 1,
            None => kinds.push((fault, 1)),
        }
    }
    let Some((worst, _)) = kinds.first() else { return y };
    let class = if worst.severity == Severity::Error { "error" } else { "warning" };
    let mut lines: Vec<(Line, Line)> =
        kinds.iter().take(MOST_FAULTS).flat_map(|(fault, count)| fault_lines(fault, *count)).collect();
    if let Some(more @ 1..) = kinds.len().checked_sub(MOST_FAULTS) {
        lines.push((Line::default(), Line::new(Style::Muted, &format!("and {more} more"))));
    }
    let height = i32::try_from(lines.len()).unwrap_or_default() * LEADING + 18;
    scene.area(Area { x: MARGIN, y, width: INNER, height }, 6, class, "");
    for ((mark, line), baseline) in lines.into_iter().zip((y + 23..).step_by(19)) {
        scene.text(MARGIN + 12, baseline, mark);
        scene.text(MARGIN + 12 + MARK, baseline, line);
    }
    y + height + MARGIN / 2
}

/// What it is in at most three lines, the first behind its mark, and how many there are like it.
fn fault_lines(fault: &Finding, count: usize) -> Vec<(Line, Line)> {
    let mark = match fault.severity {
        Severity::Error => Line::new(Style::Bad, "✕"),
        _ => Line::new(Style::Doubtful, "!"),
    };
    let times = if count > 1 { format!("{count} × ") } else { String::new() };
    let text = clean(&format!("{times}{fault}"));
    let lines = wrap(&text, Style::Body.face(), Style::Body.size(), INNER - 24 - MARK, 3);
    let marks = std::iter::once(mark).chain(std::iter::repeat(Line::default()));
    marks.zip(lines.iter().map(|line| Line::new(Style::Body, line))).collect()
}

fn paint_heading(scene: &mut Scene, y: i32, heading: &str, how_to_read: &str) -> i32 {
    scene.text(MARGIN, y + 24, Line::new(Style::Heading, heading).and(Style::Muted, how_to_read));
    y + 38
}

/// What could not be drawn because nobody told.
fn paint_silence(plan: &NetworkPlan, scene: &mut Scene, mut y: i32) -> i32 {
    let lines = match plan.silent.as_slice() {
        few @ ([] | [_] | [_, _]) => few.iter().map(describe::silence).collect(),
        [first, second, others @ ..] => vec![
            describe::silence(first),
            describe::silence(second),
            format!("And {} more places were silent.", others.len()),
        ],
    };
    y += if lines.is_empty() { 0 } else { 10 };
    for line in lines {
        y += LEADING;
        scene.text(MARGIN, y, Line::new(Style::Muted, &line).fit(INNER));
    }
    y
}
