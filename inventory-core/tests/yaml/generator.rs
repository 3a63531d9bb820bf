//! Documents that use everything inventories do, and broken ones.

#![expect(clippy::format_push_string, reason = "a generator is read more often than it is run")]

use crate::scalars::Random;

/// Writes documents that use everything inventories do.
struct Writer {
    random: Random,
    text: String,
    anchors: Vec<(String, bool)>,
    keys: usize,
}

const PLAIN: &[&str] = &[
    "word",
    "two words",
    "10.233.0.0/18",
    "52:54:00:12:34:56",
    "yes",
    "no",
    "010",
    "1_000",
    "3.14",
    "1e3",
    "~",
    "null",
    "2024-05-01",
    "a:b",
    "a#b",
    "http://x.y/z?a=b",
    "-x",
    "?x",
    ":x",
    "v2.31.0",
    "0x1F",
    "it's",
    "äöü",
    "日本",
    "a, b",
    "-",
    "true",
    "x  y",
    "12:30:45",
];
const QUOTED: &[&str] = &[
    "''",
    "'it''s'",
    "\"a\\nb\"",
    "\"\\x41\\u00e4\\U0001F600\"",
    "'{{ x }}'",
    "\"tab\\there\"",
    "'a: b # c'",
    "\"\\/\"",
    "\"a \\\"b\\\"\"",
    "'x\n\n   y'",
    "\"x\n   y \\\n   z\"",
    "\"\\e\\0\\N\\_\\L\\P\\a\\b\\v\\f\\r\"",
    "'- x'",
];
const TAGS: &[&str] =
    &["!!str 12", "!!int \"7\"", "!!float 1", "!!null x", "!vault abc", "! 12", "! 'x'", "!!binary aGk="];
const LINES: &[&str] = &["text", "  more", "", "# no comment", "- x", "a: b", "\ttab", "end ", "", "'q'"];

impl Writer {
    fn indent(&mut self, depth: usize) {
        self.text.extend(std::iter::repeat_n("  ", depth));
    }

    fn comment(&mut self) {
        match self.random.below(8) {
            0 => self.text += " # aside",
            1 => self.text += "  \t#",
            2 => self.text += "   ",
            _ => {}
        }
    }

    fn newline(&mut self) {
        self.comment();
        self.text.push('\n');
        match self.random.below(12) {
            0 => self.text.push('\n'),
            1 => self.text += "# above\n",
            2 => self.text += "      # deep\n\n",
            _ => {}
        }
    }

    fn scalar(&mut self) {
        let scalar = match self.random.below(10) {
            0..5 => self.random.pick(PLAIN),
            5..8 => self.random.pick(QUOTED),
            8 => self.random.pick(TAGS),
            _ => "",
        };
        self.text += scalar;
    }

    fn block_scalar(&mut self, depth: usize) {
        self.text += self.random.pick(&["|", ">"]);
        self.text += self.random.pick(&["", "", "-", "+"]);
        self.comment();
        self.text.push('\n');
        for _ in 0..self.random.below(5) {
            let line = self.random.pick(LINES);
            if !line.is_empty() {
                self.indent(depth);
            }
            self.text += line;
            self.text.push('\n');
        }
    }

    fn flow(&mut self, depth: usize) {
        let map = self.random.below(2) == 0;
        self.text.push(if map { '{' } else { '[' });
        for item in 0..self.random.below(4) {
            if item > 0 {
                self.text += self.random.pick(&[", ", ",", " ,", ",\n                              "]);
            }
            if map {
                self.keys += 1;
                self.text += &format!("k{}{} ", self.keys, self.random.pick(&[":", " :", ":"]));
            }
            if depth < 3 && self.random.below(4) == 0 {
                self.flow(depth + 1);
            } else {
                let quoted = self.random.below(3) == 0;
                let word = if quoted {
                    self.random.pick(QUOTED)
                } else {
                    self.random.pick(&["a", "1", "b c", "10.0.0.0/8", "yes", "a:b", "x#y", ""])
                };
                self.text += if word.is_empty() && !map { "e" } else { word };
            }
        }
        self.text.push(if map { '}' } else { ']' });
    }

    /// A value after `key:` or `-`, and the end of its line.
    fn value(&mut self, depth: usize) {
        self.text.push(' ');
        let choice = self.random.below(if depth > 4 { 7 } else { 12 });
        if choice > 1 && self.random.below(8) == 0 {
            let name = format!("n{}", self.anchors.len());
            self.text += &format!("&{name} ");
            self.anchors.push((name, choice >= 9));
        }
        match choice {
            0 if !self.anchors.is_empty() => {
                let at = self.random.below(self.anchors.len());
                self.text += &format!("*{}", self.anchors[at].0);
                self.newline();
            }
            0..5 => {
                self.scalar();
                self.newline();
            }
            5 => self.block_scalar(depth),
            6 => {
                self.flow(0);
                self.newline();
            }
            7 | 8 => {
                self.newline();
                let less = usize::from(depth > 0 && self.random.below(2) == 0);
                self.sequence(depth - less);
            }
            _ => {
                self.newline();
                self.mapping(depth);
            }
        }
    }

    fn sequence(&mut self, depth: usize) {
        for _ in 0..=self.random.below(3) {
            self.indent(depth);
            self.text.push('-');
            if self.random.below(5) == 0 {
                self.keys += 1;
                self.text += &format!(" k{}: 1\n", self.keys);
                if self.random.below(2) == 0 {
                    self.mapping(depth + 1);
                }
            } else {
                self.value(depth + 1);
            }
        }
    }

    fn mapping(&mut self, depth: usize) {
        for _ in 0..=self.random.below(4) {
            self.indent(depth);
            self.keys += 1;
            match self.random.below(14) {
                0 => self.text += &format!("'k {}'", self.keys),
                1 => self.text += self.random.pick(&["1", "yes", "~", "1.0", "52:54:00", "2024-01-01", "\"q\""]),
                2 => self.text += "twice",
                3 if self.anchors.iter().any(|(_, map)| *map) => {
                    let maps: Vec<_> =
                        self.anchors.iter().filter(|(_, map)| *map).map(|(name, _)| name.clone()).collect();
                    let name = &maps[self.random.below(maps.len())];
                    let other = &maps[self.random.below(maps.len())];
                    self.text += &match self.random.below(2) {
                        0 => format!("<<: *{name}\n"),
                        _ => format!("<<: [*{name}, *{other}]\n"),
                    };
                    continue;
                }
                _ => self.text += &format!("key_{}", self.keys),
            }
            self.text += self.random.pick(&[":", ":", ":", " :"]);
            self.value(depth + 1);
        }
    }
}

pub(crate) fn document(seed: u64) -> String {
    let mut writer = Writer { random: Random(seed), text: String::new(), anchors: Vec::new(), keys: 0 };
    writer.text += writer.random.pick(&["", "", "---\n", "# top\n---\n", "%YAML 1.1\n---\n", "#!/usr/bin/env x\n"]);
    if writer.random.below(6) == 0 {
        writer.sequence(0);
    } else {
        writer.mapping(0);
    }
    if writer.random.below(10) == 0 {
        writer.text += "...\n";
    }
    if writer.random.below(8) == 0 {
        writer.text = writer.text.replace('\n', "\r\n");
    }
    writer.text
}

/// Documents with a few characters lost, doubled, swapped or put in.
pub(crate) fn mutated(seed: u64) -> String {
    let mut random = Random(seed | 1);
    let mut chars: Vec<char> = document(seed).chars().collect();
    for _ in 0..=random.below(3) {
        let at = random.below(chars.len().max(1)).min(chars.len());
        match random.below(4) {
            0 if at < chars.len() => {
                chars.remove(at);
            }
            1 if at + 1 < chars.len() => chars.swap(at, at + 1),
            _ => {
                let soup = [
                    "\t", " ", "  ", "\n", "\r", ":", ": ", "- ", "? ", "#", " #", "'", "\"", "[", "]", "{", "}", ",",
                    "&a ", "*n0", "!x ", "|", ">", "%", "@", "\\", "---", "...", "\n---\n", "<<: ", "~", "\u{a0}", "é",
                ];
                let piece = random.pick(&soup);
                chars.splice(at..at, piece.chars());
            }
        }
    }
    chars.into_iter().collect()
}
