//! Where each column lies, and the frames around them: a level's frame holds its column and all levels inside it.

use super::items::Column;
use crate::plan::render::svg::scene::Area;

/// Between a frame and what is in it.
pub(super) const INSET: i32 = 10;

/// For a frame's name.
pub(super) const HEADER: i32 = 30;

/// A column without boxes.
const EMPTY: i32 = 16;

/// How wide the cluster's own column is beside others, in tenths.
const OWN: i32 = 15;

/// A column in its frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) column: Column,
    /// The frame's left and right edge.
    pub(super) left: i32,
    pub(super) right: i32,
    /// How many frames are around it.
    pub(super) depth: i32,
    /// Where its boxes begin, and how wide they are.
    pub(super) x: i32,
    pub(super) width: i32,
}

impl Frame {
    /// The frame from the top of the outermost one, around what ends at `bottom`.
    pub(super) fn area(&self, top: i32, bottom: i32, deepest: i32) -> Area {
        let y = top + self.depth * HEADER;
        let bottom = bottom + (deepest - self.depth + 1) * INSET;
        Area { x: self.left, y, width: self.right - self.left, height: bottom - y }
    }
}

/// The frames of these columns, from left to right and outermost first, in `width` pixels from `x`.
pub(super) fn frames(columns: &[Column], has_boxes: impl Fn(Column) -> bool, x: i32, width: i32) -> Vec<Frame> {
    let share = |column: &Column| match column {
        Column::Own => OWN,
        other if has_boxes(*other) => 10,
        _ => 0,
    };
    let shares: i32 = columns.iter().map(share).sum();
    // Left and right of each frame, and behind each column but the last. Siblings have no frame inside them.
    let nested = columns.iter().filter(|column| **column != Column::Siblings).count();
    let insets = i32::try_from(2 * nested + 3 * (columns.len() - nested)).unwrap_or_default() * INSET;
    let empty = columns.iter().filter(|column| share(column) == 0).count();
    let room = width - insets - i32::try_from(empty).unwrap_or_default() * EMPTY;
    let (mut left, mut right, mut depth) = (x, x + width, 0);
    let mut frames = Vec::new();
    for column in columns {
        let width = match share(column) {
            0 => EMPTY,
            share => room * share / shares,
        };
        let x = left + INSET;
        let end = if *column == Column::Own { right - INSET } else { x + width };
        let frame_right = if *column == Column::Siblings { end + INSET } else { right };
        frames.push(Frame { column: *column, left, right: frame_right, depth, x, width: end - x });
        if *column == Column::Siblings {
            left = frame_right + INSET;
        } else {
            left = end + INSET;
            right -= INSET;
            depth += 1;
        }
    }
    frames
}
