//! A picture before it is XML: boxes, lines and texts at whole pixels, in the order in which they are painted.

use std::fmt::Write as _;

use super::text::{Face, clean, escape, shorten, shorten_middle, width};

/// Between two pieces of one line of text.
const SPACE: i32 = 8;

/// A rectangle, from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl Area {
    pub(super) const fn right(self) -> i32 {
        self.x + self.width
    }

    pub(super) const fn bottom(self) -> i32 {
        self.y + self.height
    }
}

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// The picture's name.
    Title,
    /// A part's name.
    Heading,
    /// What a box is.
    Name,
    /// Sentences.
    Body,
    /// Addresses and sums.
    Code,
    /// What may be overlooked.
    Muted,
    /// That all is well.
    Good,
    /// That something works by luck.
    Doubtful,
    /// That something is wrong.
    Bad,
}

impl Style {
    pub(super) const fn face(self) -> Face {
        match self {
            Self::Title | Self::Heading | Self::Name | Self::Good | Self::Doubtful | Self::Bad => Face::Bold,
            Self::Body | Self::Muted => Face::Plain,
            Self::Code => Face::Mono,
        }
    }

    /// The font's size, in pixels.
    pub(super) const fn size(self) -> i32 {
        match self {
            Self::Title => 24,
            Self::Heading => 17,
            Self::Name | Self::Good | Self::Doubtful | Self::Bad => 14,
            Self::Body | Self::Code | Self::Muted => 13,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Title | Self::Heading | Self::Name => "b",
            Self::Body => "p",
            Self::Code => "c",
            Self::Muted => "m",
            Self::Good => "g",
            Self::Doubtful => "w",
            Self::Bad => "e",
        }
    }

    pub(super) fn width(self, text: &str) -> i32 {
        width(text, self.face(), self.size())
    }
}

/// One line of text, of pieces that look different.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Line(Vec<(Style, String)>);

impl Line {
    pub(super) fn new(style: Style, text: &str) -> Self {
        Self::default().and(style, text)
    }

    /// The line with one more piece; an empty piece is none.
    pub(super) fn and(mut self, style: Style, text: &str) -> Self {
        let text = clean(text);
        if !text.is_empty() {
            self.0.push((style, text));
        }
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn width(&self) -> i32 {
        self.0.iter().map(|(style, text)| style.width(text) + SPACE).sum::<i32>() - SPACE
    }

    /// The line with no more pieces than have room, the first that has none shortened.
    pub(super) fn fit(self, room: i32) -> Self {
        let mut left = room;
        let mut fitting = Vec::new();
        for (style, text) in self.0 {
            let short = if style == Style::Code { shorten_middle } else { shorten };
            let short = short(&text, style.face(), style.size(), left);
            if short.is_empty() {
                break;
            }
            left -= style.width(&short) + SPACE;
            let is_short = short != text;
            fitting.push((style, short));
            if is_short {
                break;
            }
        }
        Self(fitting)
    }
}

/// Which point of a text is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text in its place; `y` is the line on which letters stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) anchor: Anchor,
    pub(super) line: Line,
}

impl Text {
    /// Where it is drawn, whatever the font.
    #[cfg(test)]
    pub(super) fn area(&self) -> Area {
        let size = self.line.0.iter().map(|(style, _)| style.size()).max().unwrap_or_default();
        let width = self.line.width();
        let x = match self.anchor {
            Anchor::Start => self.x,
            Anchor::Middle => self.x - width / 2,
            Anchor::End => self.x - width,
        };
        // Capitals and ascenders are 0.76 of the size, descenders 0.24.
        Area { x, y: self.y - size * 76 / 100, width, height: size }
    }
}

/// Something painted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// A box with what a pointer over it is told, which may be nothing.
    Box { area: Area, radius: i32, class: String, tooltip: String },
    /// A straight line.
    Rule { from: (i32, i32), to: (i32, i32), class: String },
    /// Text.
    Text(Text),
}

/// Everything painted so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Scene(pub(super) Vec<Shape>);

impl Scene {
    pub(super) fn area(&mut self, area: Area, radius: i32, class: impl Into<String>, tooltip: &str) {
        self.0.push(Shape::Box { area, radius, class: class.into(), tooltip: clean(tooltip) });
    }

    pub(super) fn rule(&mut self, from: (i32, i32), to: (i32, i32), class: impl Into<String>) {
        self.0.push(Shape::Rule { from, to, class: class.into() });
    }

    pub(super) fn text(&mut self, x: i32, y: i32, line: Line) {
        self.anchored(Anchor::Start, x, y, line);
    }

    pub(super) fn anchored(&mut self, anchor: Anchor, x: i32, y: i32, line: Line) {
        if !line.is_empty() {
            self.0.push(Shape::Text(Text { x, y, anchor, line }));
        }
    }

    /// The picture as elements of SVG, a line each.
    pub(super) fn xml(&self) -> String {
        let mut xml = String::new();
        for shape in &self.0 {
            // Writing to a string cannot fail.
            let _ = match shape {
                Shape::Box { area, radius, class, tooltip } => write_box(&mut xml, *area, *radius, class, tooltip),
                Shape::Rule { from: (x1, y1), to: (x2, y2), class } => {
                    writeln!(xml, r#"<line class="{class}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>"#)
                }
                Shape::Text(text) => write_text(&mut xml, text),
            };
        }
        xml
    }
}

fn write_box(xml: &mut String, area: Area, radius: i32, class: &str, tooltip: &str) -> std::fmt::Result {
    let Area { x, y, width, height } = area;
    write!(xml, r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}""#)?;
    if radius > 0 {
        write!(xml, r#" rx="{radius}""#)?;
    }
    if tooltip.is_empty() { writeln!(xml, "/>") } else { writeln!(xml, "><title>{}</title></rect>", escape(tooltip)) }
}

fn write_text(xml: &mut String, text: &Text) -> std::fmt::Result {
    write!(xml, r#"<text x="{}" y="{}""#, text.x, text.y)?;
    match text.anchor {
        Anchor::Start => {}
        Anchor::Middle => write!(xml, r#" text-anchor="middle""#)?,
        Anchor::End => write!(xml, r#" text-anchor="end""#)?,
    }
    xml.push('>');
    for (place, (style, words)) in text.line.0.iter().enumerate() {
        write!(xml, r#"<tspan class="{}" font-size="{}""#, style.class(), style.size())?;
        if place > 0 {
            write!(xml, r#" dx="{SPACE}""#)?;
        }
        write!(xml, ">{}</tspan>", escape(words))?;
    }
    writeln!(xml, "</text>")
}
