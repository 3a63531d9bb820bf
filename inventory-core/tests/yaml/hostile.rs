//! Input made to hurt: every bound has a message with a place, and nothing panics.

use std::fmt::Write as _;
use std::path::PathBuf;

use inventory_core::yaml::{
    Duplicates, Error, Kind, Node, Source, from_node_with, parse, parse_one, set_top_level_key,
};

fn error(text: &str) -> String {
    let error = parse_one(&Source::new("h.yml", text)).unwrap_err();
    format!("{}: {error}", error.location())
}

fn scratch(name: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("yaml-hostile");
    std::fs::create_dir_all(&directory).unwrap();
    directory.join(name)
}

#[test]
fn a_file_of_100_mb_is_refused_unread() {
    let path = scratch("large.yml");
    // A sparse file: the size is there, the blocks are not.
    std::fs::File::create(&path).unwrap().set_len(100 << 20).unwrap();
    assert!(matches!(Source::read(&path).unwrap_err(), Error::TooLarge { .. }));
    std::fs::remove_file(&path).unwrap();
}

#[cfg(unix)]
#[test]
fn an_endless_device_is_refused() {
    let error = Source::read("/dev/zero").unwrap_err();
    assert_eq!(format!("{} {error}", error.location()), "/dev/zero is a device, pipe or socket, not a file");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_and_not_waited_for() {
    let path = scratch("pipe");
    let _ = std::fs::remove_file(&path);
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert!(matches!(Source::read(&path).unwrap_err(), Error::NotAFile { .. }));
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_directory_and_a_missing_file_are_named() {
    let error = Source::read(env!("CARGO_MANIFEST_DIR")).unwrap_err();
    assert_eq!(error.to_string(), "is a directory, not a file");
    let error = Source::read(scratch("missing.yml")).unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }), "{error}");
}

#[test]
fn bytes_that_are_no_text_have_a_place() {
    let error = Source::from_bytes("h.yml", b"a: \xc3\xa4\nb: \xc3\xa4x\xff\n".to_vec()).unwrap_err();
    assert_eq!(format!("{}: {error}", error.location()), "h.yml:2:6: byte 0xff is not UTF-8");
}

#[test]
fn nesting_has_a_bound() {
    assert_eq!(error(&"[".repeat(10_000)), "h.yml:1:129: lists and maps are nested more than 128 deep");
    assert_eq!(error(&"{a: ".repeat(10_000)), "h.yml:1:513: lists and maps are nested more than 128 deep");
    assert_eq!(error(&"- ".repeat(10_000)), "h.yml:1:257: lists and maps are nested more than 128 deep");
    let mut block = String::new();
    for depth in 0..2_000 {
        writeln!(block, "{}a:", " ".repeat(depth)).unwrap();
    }
    assert_eq!(error(&block), "h.yml:129:129: lists and maps are nested more than 128 deep");
    let deepest = format!("{}{}", "[".repeat(128), "]".repeat(128));
    let deepest = Source::new("h.yml", deepest);
    let root = parse_one(&deepest).unwrap().root.unwrap();
    assert!(from_node_with::<serde_json::Value>(&root, &deepest, Duplicates::Refused).is_ok());
}

#[test]
fn nesting_through_aliases_has_the_same_bound() {
    let mut text = "a0: &a0 []\n".to_owned();
    for level in 1..10_000 {
        writeln!(text, "a{level}: &a{level} [*a{}]", level - 1).unwrap();
    }
    assert_eq!(error(&text), "h.yml:128:14: lists and maps are nested more than 128 deep");
}

#[test]
fn an_alias_bomb_is_refused_at_the_alias() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(text, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    assert_eq!(error(&text), "h.yml:7:10: the alias `*a5` makes this file more than a million values");
}

#[test]
fn a_bomb_of_merges_is_refused_too() {
    let mut text = "a0: &a0 {k0: v}\n".to_owned();
    for level in 1..20 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(text, "a{level}: &a{level} {{<<: [{aliases}], k{level}: v}}").unwrap();
    }
    assert!(error(&text).ends_with("makes this file more than a million values"), "{}", error(&text));
}

#[test]
fn an_alias_inside_its_own_value_is_refused() {
    assert_eq!(error("a: &a [*a]\n"), "h.yml:1:8: the alias `*a` stands inside the value that it repeats");
}

#[test]
fn an_unterminated_quote_has_a_place() {
    assert_eq!(error("a: b\nc: \"d\ne: f\n"), "h.yml:3:1: a quote is not closed before this line");
    assert_eq!(error("a: 'b\n"), "h.yml:2:1: a quote is not closed before this line");
}

#[test]
fn mistakes_are_explained_with_a_remedy() {
    let explained = |text: &str| {
        let error = parse_one(&Source::new("h.yml", text)).unwrap_err();
        format!("{}: {error} ({})", error.location(), error.hint().unwrap_or_default())
    };
    assert_eq!(
        explained("a: 1\n b: 2\n"),
        "h.yml:2:3: a `: ` stands where no key can be (put quotes around text that holds `: `, or align the key with \
         its neighbours)"
    );
    assert_eq!(
        explained("a: *b\n"),
        "h.yml:1:4: nothing before this is called `&b` (define the anchor first, or put quotes around text that \
         begins with `*`)"
    );
    assert_eq!(explained("a: @b\n"), "h.yml:1:4: text cannot begin with `@` (put quotes around it)");
    assert_eq!(
        explained("a: [b\nc: d\n"),
        "h.yml:2:2: a `:` stands where no key can be (close the bracket or quote before it, or put quotes around text \
         that holds it)"
    );
    assert_eq!(explained("a: {b: c\n"), "h.yml:1:4: `{` is opened and not closed (close the bracket)");
    assert_eq!(explained("a:\n\tb: c\n"), "h.yml:2:1: a tab stands where YAML wants spaces (indent with spaces)");
    assert_eq!(
        explained("a: 'b' c\n"),
        "h.yml:1:8: text goes on behind the closing quote (put the quotes around the whole text)"
    );
    assert_eq!(
        explained("a:\n  b: 1\n c: 2\n"),
        "h.yml:3:2: this line belongs neither to the value above nor beside a key above (align it with the keys of \
         its map, or indent it below its key)"
    );
}

#[test]
fn a_second_document_has_a_place() {
    assert_eq!(error("a: 1\n---\nb: 2\n"), "h.yml:2:1: a second document starts here, and Ansible reads files of one");
    assert_eq!(parse(&Source::new("h.yml", "a: 1\n---\nb: 2\n")).unwrap().len(), 2);
}

#[test]
fn a_byte_order_mark_is_remembered_and_not_read() {
    let source = Source::new("h.yml", "\u{feff}a: 1\n");
    assert!(source.has_bom());
    assert_eq!(source.text(), "a: 1\n");
}

#[test]
fn characters_that_ansible_refuses_have_a_place() {
    assert_eq!(error("a: 1\nb: x\u{7}\n"), "h.yml:2:5: the character U+0007 cannot stand in a YAML file");
    assert_eq!(error("a: x\u{2028}b: y\n"), "h.yml:1:5: the character U+2028 cannot stand in a YAML file");
}

#[test]
fn places_count_characters_and_every_kind_of_line_end() {
    let source = Source::new("h.yml", "ä\r\nb\rc\nd");
    assert_eq!(
        [0, 2, 4, 5, 6, 7, 8, 99].map(|byte| source.line_column(byte)),
        [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2), (4, 1), (4, 2)]
    );
}

#[test]
fn two_hundred_thousand_keys_are_read_in_linear_time() {
    let mut text = String::new();
    for key in 0..200_000 {
        writeln!(text, "key_number_{key}: value {key}").unwrap();
    }
    let source = Source::new("h.yml", text);
    let start = std::time::Instant::now();
    let root = parse_one(&source).unwrap().root.unwrap();
    assert_eq!(root.entries(&source).unwrap().len(), 200_000);
    assert!(root.duplicate_keys(&source).is_empty());
    println!("{} bytes in {:?}", source.text().len(), start.elapsed());
    // Under a second when optimized; quadratic would be minutes either way.
    let bound = if cfg!(debug_assertions) { 30 } else { 1 };
    assert!(start.elapsed().as_secs() < bound, "{:?}", start.elapsed());
}

/// Everything that may be done with a file, whatever its bytes.
fn exercise(bytes: Vec<u8>) {
    let Ok(source) = Source::from_bytes("h.yml", bytes) else { return };
    let edited = set_top_level_key(&source, "members", "members:\n  - a\n");
    if let Ok(edited) = edited {
        assert!(parse_one(&Source::new("h.yml", edited)).is_ok());
    }
    for document in parse(&source).unwrap_or_default() {
        for comment in &document.comments {
            assert!(source.slice(comment.span).starts_with('#'));
        }
        let Some(root) = document.root else { continue };
        walk(&root, &source);
        let read: Result<serde_json::Value, Error> = from_node_with(&root, &source, Duplicates::LastWins);
        if let Err(error) = read {
            assert!(error.location().line > 0 && !error.to_string().is_empty());
        }
    }
}

fn walk(node: &Node, source: &Source) {
    assert!(node.span.start <= node.span.end && node.span.end <= source.text().len());
    node.describe();
    if let Ok(entries) = node.entries(source) {
        assert!(entries.iter().all(|(key, _)| key.key_text(source).is_ok()));
    }
    match &node.kind {
        Kind::Scalar(_) => {}
        Kind::Sequence(items) => items.iter().for_each(|item| walk(item, source)),
        Kind::Mapping(pairs) => pairs.iter().for_each(|(key, value)| {
            walk(key, source);
            walk(value, source);
        }),
    }
}

#[test]
fn broken_documents_panic_nowhere() {
    for seed in 1..8_000 {
        exercise(crate::generator::mutated(seed * 15_485_863).into_bytes());
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        exercise(bytes);
    }

    #[test]
    fn no_text_panics(text in "[-a-c0-9:?#&*!|>'\"%@`{}\\[\\], \n\t\r~<=.+_\u{85}\u{feff}é😀\\\\]{0,80}") {
        exercise(text.into_bytes());
    }
}

#[test]
fn many_lines_of_tabs_inside_brackets_are_read_in_linear_time() {
    let mut text = String::new();
    for key in 0..2_000 {
        writeln!(text, "k{key}: [x,{}\n  y]", "\n\t".repeat(50)).unwrap();
    }
    let start = std::time::Instant::now();
    parse_one(&Source::new("h.yml", text)).unwrap();
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}
