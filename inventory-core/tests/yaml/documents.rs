//! Whole documents as libyaml, Ansible's parser, reads them.

use inventory_core::yaml::{Source, parse_one};
use serde_json::{Value, json};

use crate::python;
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
                let less = usize::from(depth > 0 && self.text.len() % 2 == 0 && self.random.below(2) == 0);
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

fn document(seed: u64) -> String {
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

pub(crate) fn ours(text: &str) -> Value {
    let source = Source::new("d.yml", text);
    match parse_one(&source) {
        Ok(document) => document.root.map_or(json!(["null"]), |root| python::typed(&root, &source)),
        Err(error) => json!(["refused", format!("{}: {error}", error.location())]),
    }
}

pub(crate) fn theirs(texts: &[String]) -> Vec<Value> {
    let input: Vec<_> = texts.iter().map(|text| json!(text)).collect();
    let script = format!("{}\nfor line in sys.stdin: print(json.dumps(load(json.loads(line))))", python::PRELUDE);
    python::run(&script, &input)
}

#[derive(Default, Debug)]
struct Tally {
    equal: usize,
    both_refuse: usize,
    only_we_refuse: Vec<String>,
    only_they_refuse: Vec<String>,
    differ: Vec<String>,
}

fn tally(texts: &[String]) -> Tally {
    let mut tally = Tally::default();
    for (text, theirs) in texts.iter().zip(theirs(texts)) {
        let ours = ours(text);
        let report = || format!("{text:?}\n  ours   {ours}\n  theirs {theirs}");
        match (python::is_refused(&ours), python::is_refused(&theirs)) {
            (true, true) => tally.both_refuse += 1,
            (true, false) => tally.only_we_refuse.push(report()),
            (false, true) => tally.only_they_refuse.push(report()),
            _ if ours == theirs => tally.equal += 1,
            _ => tally.differ.push(report()),
        }
    }
    tally
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

/// What differs between YAML 1.2 and libyaml, and the mistakes that people make.
const CORNERS: &[&str] = &[
    "a: 1\n\t\nb: 2\n",
    "a: 1\n\t# c\nb: 2\n",
    "a:\n\t\n  b: 2\n",
    "a:\n  - x\n\t\n  - y\n",
    "a: [b,\n\tc]\n",
    "a:\tb\n",
    "\"a\"\t: b\n",
    "a: >\n  x\n\t\n  y\n",
    "a: |\n  x\n\t\n  y\n",
    "a: \"x\n\ty\"\n",
    "a: \"x\n \ty\"\n",
    "a: x\n\ty\n",
    "a: x\n  \ty\n",
    "? a\n:\tb\n",
    "-\ta\n",
    "- \ta\n",
    "- a\t\n",
    "a: b\t# c\n",
    "a:\n\tb: c\n",
    "\ta: b\n",
    "a: |\n\tb\n",
    "[: x]",
    "{: x}",
    "{a: b,: c}",
    "{a}",
    "{a:}",
    "{a:b}",
    "[a:b]",
    "[a: b]",
    "[a : b]",
    "{\"a\":1}",
    "{'a':b, c: d}",
    "[a,]",
    "[,a]",
    "[a, [b], {c: d}, ]",
    "{a: 1, b}",
    "a: {{ x }}\n",
    "a: {{ x }}/y\n",
    "a: '{{ x }}'\n",
    "- {{ x }}\n",
    "[a]: b\n",
    "? [a]\n: b\n",
    "? a\n: b\n",
    "? a\n",
    "? |\n  a\n: - b\n",
    "?a: b\n",
    ": b\n",
    "a: b: c\n",
    "a: b\n c: d\n",
    "a:\n- b\nc: d\n",
    "a:\n b:\n c\n",
    "a: 'b\n",
    "a: \"\\q\"\n",
    "a: \"\\/\"\n",
    "a: \"\\x4\"\n",
    "a: \"\\ud83d\\ude00\"\n",
    "a: \"b\\\n  c\"\n",
    "a: @b\n",
    "a: `b`\n",
    "a: %b\n",
    "%b\n",
    "%YAML 1.1\n---\na\n",
    "%YAML 1.2\n---\na\n",
    "%YAML 1.3\n---\na\n",
    "%YAML 2.0\n---\na\n",
    "%TAG ! !x\n---\na\n",
    "%FOO\n---\na\n",
    "a: &b\nc: *b\n",
    "a: *b\n",
    "a: &b 1\nb: &b 2\nc: *b\n",
    "*a : b\n",
    "&a a: *a\n",
    "a: &é b\n",
    "a: &b:c d\n",
    "<<: {a: 1}\n",
    "<<: [{a: 1}, {a: 2, b: 3}]\na: 4\n",
    "<<: 1\n",
    "<<: [1]\n",
    "'<<': {a: 1}\n",
    "a: <<\n",
    "a: =\n",
    "=: a\n",
    "- <<\n",
    "a: 1\nb: 2\na: 3\n",
    "1: a\n1.0: b\ntrue: c\n",
    "~: a\nnull: b\n",
    "!!str 1: a\n1: b\n",
    "{<<: {a: 1}, <<: {b: 2}, a: 3}",
    "!!set {a, b}\n",
    "!!map {a: 1}\n",
    "!!map [a]\n",
    "!!seq [a]\n",
    "!!seq {a: 1}\n",
    "!!str [a]\n",
    "!!foo a\n",
    "!!python/name:x a\n",
    "!!int x\n",
    "!!bool maybe\n",
    "!!timestamp x\n",
    "2024-13-01\n",
    "0b_\n",
    "! a\n",
    "! 12\n",
    "! '12'\n",
    "!\n",
    "a: !\n",
    "- !\n",
    "a: !<tag:yaml.org,2002:str> 1\n",
    "%TAG !e! tag:yaml.org,2002:\n---\n!e!str 1\n",
    "!e!str 1\n",
    "",
    "\n",
    "# c\n",
    "---\n",
    "---\n---\n",
    "a\n...\n",
    "a\n...\nb\n",
    "a\n---\n",
    "---\na\n...\n",
    "--- a\n",
    "--- |\n a\n",
    "--- {a: b}\n",
    "--- a: b\n",
    "a: ---\n",
    "---a\n",
    "a: |\n  x",
    "a: |\n  x\n  ",
    "a: |\n  x\n    ",
    "a: |+\n  x\n\n",
    "a: |-\n  x\n\n",
    "a: >\n  x\n  y\n\n  z\n   w\n  v\n",
    "a: >-\n\n  x\n",
    "a: |2\n   x\n",
    "a: |1\n x\n  y\n",
    "a: |0\n x\n",
    "a: |3\n x\n",
    "a: |x\n b\n",
    "a: | # c\n  b\n",
    "a: |# c\n  b\n",
    "a: |\nb: c\n",
    "a: |\n# c\nb: c\n",
    "a: |\n    x\n  y\n",
    "a: |\n     \n  y\n",
    "a: x # c\n  y\n",
    "a: x\n  # c\n  y\n",
    "a: x\n\n\n  y\n",
    "a: 'x\n\n  y'\n",
    "a: 'x\ny'\n",
    "a: \"x\ny\"\n",
    "a:b\n",
    "a :b\n",
    "a : b\n",
    "a:  b\n",
    "a: -\n",
    "a: - b\n",
    "a: -b\n",
    "- - a\n",
    "- - a\n  - b\n",
    "-\n  - a\n",
    "- a: b\n  c: d\n",
    "- a: b\n c: d\n",
    "-a\n",
    "- a\n -b\n",
    "- a\n- b\n c\n",
    "a#b: c\n",
    "a: #b\n",
    "a: b#c\n",
    "a: \"b\"#c\n",
    "a: \"b\" #c\n",
    "a: 'b'c\n",
    "a: [b]c\n",
    "a: b]\n",
    "a: [b\n",
    "a: b}\n",
    "[a\nb]\n",
    "{a: b\n c: d}\n",
    "{a\nb: c}\n",
    "a: [\n]\n",
    "a: {\n}\n",
    "a: [\nb\n]\n",
    "a:\n  [b]\n",
    "a: ?b\n",
    "a: ? b\n",
    "a: :b\n",
    "a: \\b\n",
    "a: b\\n\n",
    "a: !x\n  b: c\n",
    "a\rb: c\r\n",
    "a: b\rc: d\r",
    "a: \"b\rc\"\n",
    "a: |\r\n  b\r\n  c\r\n",
    "\u{a0}a: b\n",
    "a: b\u{a0}\n",
    "a:\u{a0}b\n",
    "é: ü\n",
    "a: 😀\n",
    "a: \u{200b}\n",
];

/// Differences that stay: what ours refuses and libyaml does not.
fn is_known_refusal(report: &str) -> bool {
    // Quoted text whose next line is not indented, which YAML forbids.
    report.contains("a quote is not closed before this line")
        // A tab there is the same to YAML.
        || report.contains("a tab stands where YAML wants spaces")
        // `"b"#c`, and an anchor's name that is none.
        || report.contains("comments must be separated")
        || report.contains("is no name for an anchor")
        // Python has sets, inventories do not.
        || report.contains("`!!set` has no place here")
        // A map that merges itself.
        || report.contains("stands inside the value that it repeats")
}

/// Differences that stay: what libyaml refuses and ours does not.
fn is_known_leniency(report: &str) -> bool {
    // Tags are the application's, so it has the last word on them.
    report.contains("could not determine a constructor for the tag '!") || report.contains("while scanning a tag")
}

fn fail_if_any(what: &str, reports: &[String]) {
    assert!(reports.is_empty(), "{} {what}:\n{}", reports.len(), reports[..reports.len().min(20)].join("\n"));
}

#[test]
fn corners_of_the_grammar_are_what_libyaml_says() {
    let tally = tally(&CORNERS.iter().map(|&text| text.to_owned()).collect::<Vec<_>>());
    let unknown = |reports: Vec<String>, known: fn(&str) -> bool| -> Vec<String> {
        reports.into_iter().filter(|report| !known(report)).collect()
    };
    fail_if_any("differ", &tally.differ);
    fail_if_any("are refused by us alone", &unknown(tally.only_we_refuse, is_known_refusal));
    fail_if_any("are refused by Ansible alone", &unknown(tally.only_they_refuse, is_known_leniency));
}

#[test]
fn generated_documents_are_what_libyaml_says() {
    let texts: Vec<String> = (1..6_000).map(|seed| document(seed * 7_919)).collect();
    let tally = tally(&texts);
    println!(
        "{} equal, {} refused by both, {} by us alone",
        tally.equal,
        tally.both_refuse,
        tally.only_we_refuse.len()
    );
    fail_if_any("differ", &tally.differ);
    fail_if_any("are refused by Ansible alone", &tally.only_they_refuse);
    let unknown: Vec<_> = tally.only_we_refuse.into_iter().filter(|report| !is_known_refusal(report)).collect();
    fail_if_any("are refused by us alone", &unknown);
    assert!(tally.equal > 3_000, "the generator writes too little that is YAML: {}", tally.equal);
}

#[test]
fn broken_documents_never_mean_something_else() {
    let texts: Vec<String> = (1..20_000).map(|seed| mutated(seed * 104_729)).collect();
    let tally = tally(&texts);
    fail_if_any("differ", &tally.differ);
    let lenient: Vec<_> = tally.only_they_refuse.into_iter().filter(|report| !is_known_leniency(report)).collect();
    println!("{} equal, {} refused by Ansible alone", tally.equal, lenient.len());
    // What is left is exotic: a tab behind a lone dash, a text at the margin after `---`.
    assert!(lenient.len() < 40, "{} are refused by Ansible alone:\n{}", lenient.len(), lenient.join("\n"));
}

const JSON: &[&str] = &[
    "{\"a\": 1e3}",
    "{\n\t\"a\":\t[1, -2, 0, -0, 1.0, 1E5, 1.5e-3, 1e999]\n}\n",
    "[\"\\ud83d\\ude00\", \"\\/\", \"\\u0000\"]",
    "{\"a\": 1, \"a\": 2, \"b\": null, \"c\": true}",
    "[123456789012345678901234567890123456789012345678901234567890]",
    "[{}, [], [[]], \"yes\", \"010\", \"1:30\", \"<<\", \"=\"]",
    "{\"<<\": {\"a\": 1}, \"=\": 2}",
    "[\"é\", \"日本\", \"\\n\"]",
    " {\"a\":{\"b\":[1]}} ",
];

#[test]
fn a_file_of_json_is_read_as_ansible_does_it_with_json_first() {
    let input: Vec<_> = JSON.iter().map(|text| json!(text)).collect();
    let script =
        format!("{}\nfor line in sys.stdin: print(json.dumps(typed(json.loads(json.loads(line)))))", python::PRELUDE);
    for (text, theirs) in JSON.iter().zip(python::run(&script, &input)) {
        assert_eq!(ours(text), theirs, "{text}");
    }
}

#[test]
fn a_template_without_quotes_is_told_to_take_them() {
    let error = parse_one(&Source::new("d.yml", "a: {{ x }}\n")).unwrap_err();
    assert_eq!(format!("{}: {error}", error.location()), "d.yml:1:5: a key cannot be a map");
    assert_eq!(error.hint().as_deref(), Some("put quotes around a value that begins with `{{`"));
}
