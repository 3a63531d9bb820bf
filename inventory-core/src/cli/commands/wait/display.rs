//! What a person sees while waiting: a table on a terminal, a line a minute elsewhere. Both go to stderr.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use super::Goal;
use super::round::{Row, Standing};
use crate::cli::terminal::one_line;
use crate::cluster::TimeSpan;

/// How often the table is drawn again.
pub(super) const TICK: Duration = Duration::from_millis(250);

/// How often a line is written where there is no terminal.
const MINUTE: Duration = Duration::from_secs(60);

/// A terminal's size where it does not say, in columns and lines.
const USUAL: (u16, u16) = (80, 24);

/// How many hosts a line names.
const NAMED: usize = 5;

/// The time that is left, if any.
pub(super) fn left(until: Instant) -> Option<Duration> {
    Some(until.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero())
}

/// Shows how far the cluster is.
pub(super) struct Display {
    binary: String,
    goal: Goal,
    started: Instant,
    timeout: TimeSpan,
    place: Place,
}

enum Place {
    /// A table, drawn again in place.
    Terminal { lines: usize, next: Instant },
    /// Lines, one at a time.
    Log { next: Instant },
}

impl Display {
    pub(super) fn new(binary: &str, goal: Goal, started: Instant, timeout: TimeSpan) -> Self {
        let place = if io::stderr().is_terminal() {
            Place::Terminal { lines: 0, next: started }
        } else {
            Place::Log { next: started + MINUTE }
        };
        Self { binary: binary.to_owned(), goal, started, timeout, place }
    }

    /// Shows what is known, if it is time to.
    pub(super) fn show(&mut self, standing: &Standing) {
        self.draw(standing.rows(), standing.trouble().as_deref());
    }

    /// As [`Self::show`], of the members alone.
    pub(super) fn show_rows(&mut self, rows: &[Row]) {
        self.draw(rows, None);
    }

    /// Takes the table away, so that the answer stands alone.
    pub(super) fn clear(&mut self) {
        if let Place::Terminal { lines, .. } = &mut self.place {
            put(&back_over(std::mem::take(lines)));
        }
    }

    fn draw(&mut self, rows: &[Row], trouble: Option<&str>) {
        let now = Instant::now();
        let head = self.head(rows, now);
        match &mut self.place {
            Place::Terminal { next, .. } | Place::Log { next } if now < *next => {}
            Place::Log { next } => {
                *next += MINUTE;
                put(&line(&self.binary, &head, rows, trouble));
            }
            Place::Terminal { lines, next } => {
                *next = now + TICK;
                let (width, height) =
                    terminal_size::terminal_size_of(io::stderr()).map_or(USUAL, |(width, height)| (width.0, height.0));
                let table = table(&head, rows, trouble, usize::from(width), usize::from(height));
                let text = back_over(std::mem::replace(lines, table.len())) + &table.join("\n") + "\n";
                put(&text);
            }
        }
    }

    /// Where the wait stands, in one line.
    fn head(&self, rows: &[Row], now: Instant) -> String {
        let waited = TimeSpan::of(now.saturating_duration_since(self.started));
        let progress = if rows.is_empty() {
            String::new()
        } else {
            let ready = rows.iter().filter(|row| row.missing().is_none()).count();
            format!(": {ready} of {} ready", rows.len())
        };
        format!("waiting for {}, {waited} of {}{progress}", self.goal.name(), self.timeout)
    }
}

/// The line of a log.
fn line(binary: &str, head: &str, rows: &[Row], trouble: Option<&str>) -> String {
    let missing: Vec<String> =
        rows.iter().filter_map(|row| Some(format!("{}: {}", row.host, row.missing()?))).collect();
    let more = missing.len().saturating_sub(NAMED);
    let mut parts = vec![head.to_owned()];
    parts.extend(missing.into_iter().take(NAMED));
    if more > 0 {
        parts.push(format!("and {more} more"));
    }
    parts.extend(trouble.map(str::to_owned));
    // One line, whatever `ssh` or a source put into it.
    format!("{binary}: {}\n", one_line(&parts.join("; ")))
}

/// The lines of the table. They are cut to the terminal: a line that wraps could not be drawn over.
fn table(head: &str, rows: &[Row], trouble: Option<&str>, width: usize, height: usize) -> Vec<String> {
    // The head, the line that says how many are not shown, a line of trouble, and the cursor's own.
    let room = height.saturating_sub(4).max(1);
    let mut shown: Vec<&Row> = rows.iter().collect();
    if shown.len() > room {
        // Who is ready is less interesting.
        shown.sort_by_key(|row| row.missing().is_none());
        shown.truncate(room);
    }
    let widest = |text: fn(&Row) -> &str| shown.iter().map(|row| text(row).chars().count()).max().unwrap_or(0);
    let host = widest(|row| row.host.as_str());
    let state = widest(|row| &row.state);
    let address = widest(|row| &row.address);
    let mut lines = vec![head.to_owned()];
    lines.extend(shown.iter().map(|row| {
        let waits = row.missing().map_or_else(|| "ready".to_owned(), str::to_owned);
        format!("  {:host$}  {:state$}  {:address$}  {waits}", row.host.as_str(), row.state, row.address)
    }));
    if rows.len() > shown.len() {
        lines.push(format!("  and {} more", rows.len() - shown.len()));
    }
    lines.extend(trouble.map(|trouble| format!("  {trouble}")));
    let cut = |line: String| -> String {
        let line = one_line(&line);
        line.chars().take(width.saturating_sub(1)).collect()
    };
    lines.into_iter().map(cut).collect()
}

/// Moves up over lines that were drawn and wipes them.
fn back_over(lines: usize) -> String {
    if lines == 0 { String::new() } else { format!("\x1b[{lines}A\r\x1b[J") }
}

/// Nobody is left to hear about a closed stderr.
fn put(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::super::probe::Outcome;
    use super::*;
    use crate::safe::HostName;

    fn row(host: &str, outcome: Outcome) -> Row {
        Row {
            host: HostName::written(host).unwrap(),
            state: "running".to_owned(),
            address: "10.0.0.1".to_owned(),
            outcome: Some(outcome),
        }
    }

    fn rows(count: usize) -> Vec<Row> {
        let mut rows: Vec<Row> = (1..count).map(|n| row(&format!("node-{n}"), Outcome::Ready(None))).collect();
        rows.push(row("late", Outcome::NotYet("it is \x1b[2Jpending\nor so".to_owned())));
        rows
    }

    #[test]
    fn the_table_fits_the_terminal_and_keeps_who_is_late() {
        let table = table("head", &rows(100), Some("trouble"), 40, 10);
        assert_eq!(table.len(), 9);
        assert!(table.iter().all(|line| line.chars().count() < 40), "{table:#?}");
        assert!(table[1].starts_with("  late "), "{table:#?}");
        assert_eq!(table[7], "  and 94 more");
    }

    #[test]
    fn nobodys_words_steer_the_terminal_or_break_the_line() {
        let table = table("head", &rows(2), None, 200, 24);
        assert!(table[2].ends_with("it is \u{fffd}[2Jpending or so"), "{table:#?}");
        assert_eq!(line("inv-x", "head", &rows(2), None), "inv-x: head; late: it is \u{fffd}[2Jpending or so\n");
    }
}
