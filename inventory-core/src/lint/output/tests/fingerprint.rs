//! By what a finding is known again.

use super::*;

#[test]
fn a_fingerprint_stays_when_lines_move_and_no_two_are_the_same() {
    let names = |text: &str| {
        let source = Source::new("x.yml", text);
        let finding = || Finding::new(&QUOTED, "it is text", Label::new(at(&source, "\"1400\""), ""));
        fingerprints(&[finding(), finding()], &Path::to_owned)
    };
    let before = names("a: 1\nmtu: \"1400\"\n");
    assert_eq!(before, names("# new\n\n\na: 2\n  mtu: \"1400\"\r\n"));
    assert_ne!(before[0], before[1]);
    assert_ne!(before[0], names("a: 1\nveth_mtu: \"1400\"\n")[0]);
    // What a baseline has written down must mean the same tomorrow.
    assert_eq!(before[0], "e6d389b27a87908f");
}

#[test]
fn a_fingerprint_stays_when_another_place_is_mended_and_when_the_way_to_the_file_is_another() {
    let source = Source::new("/srv/repo/a/x.yml", "mtu: \"1400\"\n");
    let one = Finding::new(&QUOTED, "it is text, and so are 4 more", Label::new(at(&source, "\"1400\""), ""));
    let other = Source::new("a/x.yml", "mtu: \"1400\"\n");
    let other_place = Label::new(at(&other, "mtu"), "here, too");
    let fewer = Finding::new(&QUOTED, "so are 3 more", Label::new(at(&other, "\"1400\""), "")).related(other_place);
    let in_repository = |path: &Path| path.strip_prefix("/srv/repo").unwrap_or(path).to_owned();
    assert_eq!(fingerprints([&one], &in_repository), fingerprints([&fewer], &in_repository));
    let outcome = Outcome { findings: vec![one], ..Outcome::default() };
    for format in Format::value_variants() {
        let text = crate::lint::output::render(&outcome, *format, PLAIN, &in_repository);
        let is_typed = matches!(format, Format::Full | Format::Concise | Format::Json | Format::Junit);
        assert_eq!(text.contains("/srv/repo"), is_typed, "{text}");
    }
}
