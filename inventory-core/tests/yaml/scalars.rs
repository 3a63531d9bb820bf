//! Scalars as `PyYAML` reads them.

use inventory_core::yaml::{Resolved, Source, parse_one};
use serde_json::json;

use crate::python;

/// A generator of its own, so that a failure can be repeated: xorshift.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

const PIECES: &[&str] = &[
    "0",
    "0",
    "1",
    "2",
    "3",
    "5",
    "7",
    "8",
    "9",
    "12",
    "59",
    "60",
    "00",
    "000",
    "2024",
    "1999",
    "0000",
    ":",
    ":",
    ":30",
    ":59",
    "_",
    "_",
    ".",
    ".",
    "+",
    "-",
    "-",
    "-01",
    "-13",
    "-31",
    "e",
    "E",
    "e+",
    "e-",
    "E+3",
    "x",
    "0x",
    "0b",
    "0o",
    "b",
    "o",
    "X",
    "f",
    "a",
    "F",
    "i",
    "n",
    "inf",
    "Inf",
    "nan",
    "NaN",
    ".inf",
    ".nan",
    "true",
    "True",
    "yes",
    "no",
    "on",
    "off",
    "y",
    "~",
    "null",
    "NULL",
    "T",
    "t",
    "Z",
    " ",
    "10:00:00",
    ".5",
    ".123456789",
    "+02:00",
    "-0530",
    "=",
    "<<",
    "52:54:00:12:34:56",
    "99999999999999999999999999999999999999999",
];

pub(crate) fn generated(count: usize) -> Vec<String> {
    let mut random = Random(0x5eed_1e55_0dd5);
    let mut scalars = Vec::with_capacity(count);
    while scalars.len() < count {
        let text: String = (0..=random.below(6)).map(|_| random.pick(PIECES)).collect();
        scalars.push(text.trim().to_owned());
    }
    // Whole timestamps are too rare in the soup.
    for _ in 0..count / 5 {
        let mut number = |below: usize, width: usize| {
            let width = if random.below(4) == 0 { 1 } else { width };
            format!("{:0width$}", random.below(below))
        };
        let mut text = format!("{}-{}-{}", number(2600, 4), number(14, 2), number(33, 2));
        if random.below(4) > 0 {
            text += random.pick(&["T", "t", " ", "  ", "\t", "x"]);
            let clock = [random.below(26), random.below(62) + 8, random.below(62) + 8];
            text += &clock.map(|number| number.to_string()).join(":");
            text += random.pick(&["", "", ".", ".5", ".000000", ".1234567"]);
            text += random.pick(&["", "", "Z", " Z", "+1", "-05:30", " +23:59", "+24:00", "-00:00", "z", "+1:5"]);
        }
        scalars.push(text);
    }
    scalars
}

const RESOLVE: &str = r#"
import io
loader = yaml.SafeLoader("")
for line in sys.stdin:
    text, tag = json.loads(line)
    tag = tag or loader.resolve(yaml.ScalarNode, text, (True, False))
    try:
        print(json.dumps(typed(loader.construct_object(yaml.ScalarNode(tag, text), deep=True))))
    except Exception as error:
        print(json.dumps(["refused", str(error)]))
"#;

fn compare(scalars: &[(String, Option<&str>)]) {
    let input: Vec<_> = scalars.iter().map(|(text, tag)| json!([text, tag])).collect();
    let theirs = python::run(&format!("{}{RESOLVE}", python::PRELUDE), &input);
    let source = Source::new("scalars", "x");
    let template = parse_one(&source).unwrap().root.unwrap();
    let mut differences = Vec::new();
    for ((text, tag), theirs) in scalars.iter().zip(&theirs) {
        let mut node = template.clone();
        node.tag = tag.map(Into::into);
        node.kind = inventory_core::yaml::Kind::Scalar(inventory_core::yaml::Scalar {
            raw: text.as_str().into(),
            style: inventory_core::yaml::Style::Plain,
        });
        let ours = python::typed(&node, &source);
        let both_refuse = python::is_refused(&ours) && python::is_refused(theirs);
        // Python refuses to read a number of more than 4300 digits; none is generated.
        if ours != *theirs && !both_refuse {
            differences.push(format!("{text:?} {tag:?}: ours {ours}, PyYAML's {theirs}"));
        }
    }
    assert!(
        differences.is_empty(),
        "{} differ:\n{}",
        differences.len(),
        differences[..differences.len().min(40)].join("\n")
    );
}

#[test]
fn sixty_thousand_scalars_are_what_pyyaml_says() {
    compare(&generated(60_000).into_iter().map(|text| (text, None)).collect::<Vec<_>>());
}

#[test]
fn tagged_scalars_are_what_pyyaml_says() {
    const TAGS: [&str; 8] = ["str", "int", "float", "bool", "null", "timestamp", "binary", "value"];
    let tags = TAGS.map(|tag| format!("tag:yaml.org,2002:{tag}"));
    let mut random = Random(7);
    let mut scalars: Vec<(String, Option<&str>)> = Vec::new();
    for text in generated(16_000) {
        let tag = tags[random.below(tags.len())].as_str();
        scalars.push((text, Some(tag)));
    }
    for text in
        ["SGVsbG8=", "SGVsbG8", "SGVs bG8=", "S", "SG==", "SG=", "=", "====", "SGV=bG8=", "ä", "", "SGVsbG8=SGVs"]
    {
        scalars.push((text.to_owned(), Some(&tags[6])));
    }
    compare(&scalars);
}

#[test]
fn an_unquoted_mac_is_a_number() {
    let source = Source::new("mac", "mac: 52:54:00:12:34:56\n");
    let root = parse_one(&source).unwrap().root.unwrap();
    assert_eq!(root.get("mac", &source).unwrap().resolve(), Resolved::Int(41_135_085_296));
}

#[test]
fn a_quoted_mac_is_text() {
    let source = Source::new("mac", "mac: '52:54:00:12:34:56'\n");
    let root = parse_one(&source).unwrap().root.unwrap();
    assert_eq!(root.get("mac", &source).unwrap().resolve(), Resolved::Text("52:54:00:12:34:56"));
}
