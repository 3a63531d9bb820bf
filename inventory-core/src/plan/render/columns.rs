//! Rows whose cells stand under each other.

use std::fmt::Write as _;

use super::style::{Ink, Style, columns, wrap};
use crate::safe::terminal::one_line;

/// The most lines that a note takes beside its row.
const TALL: usize = 3;

/// A column: what its head says, and to which side its cells lean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    head: &'static str,
    is_number: bool,
    is_strong: bool,
}

impl Column {
    /// A column of text.
    pub(super) const fn text(head: &'static str) -> Self {
        Self { head, is_number: false, is_strong: false }
    }

    /// A column of numbers.
    pub(super) const fn number(head: &'static str) -> Self {
        Self { head, is_number: true, is_strong: false }
    }

    /// The column that matters most.
    pub(super) const fn strong(self) -> Self {
        Self { is_strong: true, ..self }
    }
}

/// The most columns of one cell: a stranger's name may be longer.
const LONGEST: usize = 40;

/// A row.
#[derive(Debug)]
pub(super) struct Row {
    is_marked: bool,
    cells: Vec<String>,
    note: String,
}

impl Row {
    /// One cell for each column, and what is said of it besides. A mark says that it stands in the variables.
    pub(super) fn new(is_marked: bool, cells: impl IntoIterator<Item = String>, note: String) -> Self {
        let cells = cells.into_iter().map(|cell| {
            let cell = one_line(&cell);
            if columns(&cell) <= LONGEST { cell } else { cell.chars().take(LONGEST - 1).chain(['…']).collect() }
        });
        Self { is_marked, cells: cells.collect(), note }
    }

    /// What is said of it, the cells that are not shown first.
    fn note(&self, heads: &[Column], shown: usize) -> String {
        let left_over = self.cells.iter().zip(heads).skip(shown).filter(|(cell, _)| !cell.is_empty());
        let mut parts: Vec<String> = left_over
            .map(|(cell, column)| if column.is_number { format!("{cell} {}", column.head) } else { cell.clone() })
            .collect();
        parts.extend(Some(self.note.clone()).filter(|note| !note.is_empty()));
        parts.join("; ")
    }
}

/// The rows under their heads. Cells that do not fit the width begin the note instead. Notes stand beside the cells
/// where there is room for all of them, else below.
pub(super) fn render(style: Style, title: &str, heads: &[Column], rows: &[Row]) -> String {
    let widest = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.cells.get(at)).map(|cell| columns(cell)).max();
        let head = if at == 0 { columns(title).saturating_sub(2) } else { columns(heads[at].head) };
        cells.unwrap_or(0).max(head)
    };
    let widths: Vec<usize> = (0..heads.len()).map(widest).collect();
    let taken = |shown: usize| widths[..shown].iter().map(|width| width + 2).sum::<usize>();
    let shown = (2..=heads.len()).rev().find(|&shown| taken(shown) <= style.width).unwrap_or(2).min(heads.len());
    let beside = style.width.saturating_sub(taken(shown) + 2);
    let line = |cells: &[String], is_painted: bool| -> String {
        let cells = cells.iter().zip(heads).zip(&widths).take(shown);
        let cells = cells.map(|((cell, column), width)| {
            let gap = " ".repeat(width.saturating_sub(columns(cell)));
            let ink = Some(Ink::Strong).filter(|_| is_painted && column.is_strong);
            let cell = ink.map_or_else(|| cell.clone(), |ink| style.paint(ink, cell));
            if column.is_number { gap + &cell } else { cell + &gap }
        });
        cells.collect::<Vec<_>>().join("  ")
    };

    let names: Vec<String> = heads.iter().map(|column| column.head.to_owned()).collect();
    let head = line(&names, false);
    let head: String = head.chars().skip(columns(title).saturating_sub(2)).collect();
    let mut text = format!("{}{}\n", style.paint(Ink::Strong, title), style.paint(Ink::Quiet, head.trim_end()));
    let notes: Vec<String> = rows.iter().map(|row| row.note(heads, shown)).collect();
    let fits = |note: &String| {
        let lines = wrap(note, beside);
        lines.len() <= TALL && lines.iter().all(|line| columns(line) <= beside)
    };
    let is_beside = notes.iter().all(fits);
    for (row, note) in rows.iter().zip(&notes) {
        let label = format!("{} {}", if row.is_marked { '*' } else { ' ' }, line(&row.cells, true));
        if is_beside && !note.is_empty() {
            text += &style.hanging_after(&label, taken(shown) + 2, note);
        } else {
            let _ = write!(text, "{}\n{}", label.trim_end(), style.hanging("", 4, note, 0));
        }
    }
    text
}
