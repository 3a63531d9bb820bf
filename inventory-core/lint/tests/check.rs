//! What a run answers: its exit code, its report, and what it writes.

use std::os::unix::fs::PermissionsExt as _;

use crate::lab::Lab;

const BAD: &str = "clusters/prod/group_vars/all/all.yml";

#[test]
fn the_exit_code_says_whether_something_is_wrong_or_could_not_be_checked() {
    assert_eq!(Lab::good().lint(&["clusters"]).quiet().0, Some(0));
    let bad = Lab::bad();
    for words in
        [&["clusters"][..], &["check", "clusters"], &[], &[BAD], &["--output-format", "concise", "clusters/prod"]]
    {
        let (code, text) = bad.lint(words).quiet();
        assert_eq!((code, text.contains("MTU003")), (Some(1), true), "{words:?}: {text}");
    }
    assert_eq!(bad.lint(&["--exit-zero"]).quiet().0, Some(0));
    assert_eq!(bad.lint(&["--ignore", "quoted-mtu"]).quiet().0, Some(0));
    let unreadable = Lab::bad().with("clusters/prod/group_vars/etcd.yml", "a: [\n");
    assert_eq!(unreadable.lint(&[]).quiet().0, Some(2));
    // What could not be checked is not excused by what was not to count.
    assert_eq!(unreadable.lint(&["--exit-zero"]).quiet().0, Some(2));
}

#[test]
fn a_directory_without_an_inventory_could_not_be_checked_and_a_file_without_one_is_in_order() {
    let lab = Lab::good().with("src/models.py", "x = 1\n").with("docs/README.md", "x\n");
    let told = lab.lint(&["docs"]).failure();
    assert_eq!(
        told,
        "inv-lint: there is no inventory in docs, nor below; name a directory that has one, or the inventory itself\n"
    );
    assert_eq!(lab.lint(&["src/models.py", "docs/README.md"]).quiet().0, Some(0));
    // What is found elsewhere is reported all the same.
    let both = Lab::bad().with("docs/README.md", "x\n").lint(&["docs", "clusters"]);
    assert_eq!((both.code, both.stdout.contains("MTU003")), (Some(2), true));
}

#[test]
fn what_counts_as_wrong_is_chosen() {
    let lab = Lab::bad();
    let code = |words: &[&str]| lab.lint(words).quiet().0;
    assert_eq!(code(&["--fail-on", "error"]), Some(1));
    assert_eq!(code(&["--select", "LNT"]), Some(0));
    assert_eq!(code(&["--select", "LNT", "--extend-select", "MTU003"]), Some(1));
    assert_eq!(code(&["--select", "MTU", "--ignore", "MTU003"]), Some(0));
    assert_eq!(code(&["--select", "MTU003", "--ignore", "MTU"]), Some(1));
    assert_eq!(code(&["--per-file-ignores", "clusters/**:MTU"]), Some(0));
    assert_eq!(code(&["--per-file-ignores", "elsewhere/**:MTU"]), Some(1));
    let told = lab.lint(&["--exclude", "dev,prod", "."]);
    assert_eq!((told.code, told.stdout.contains("MTU003")), (Some(2), false), "nothing is left below: {told:?}");
}

#[test]
fn a_configuration_counts_unless_the_command_line_says_otherwise() {
    let lab = Lab::bad().with("clusters/inv-lint.toml", "ignore = [\"MTU\"]\n");
    let code = |words: &[&str]| lab.lint(words).quiet().0;
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--isolated"]), Some(1));
    assert_eq!(code(&["--select", "MTU003"]), Some(1));
    let lab = lab.with("other.toml", "exclude = [\"clusters\"]\nfail-on = \"error\"\n");
    // A file that is named is looked at, unless whoever names it is a hook.
    assert_eq!(lab.lint(&["--config", "other.toml", BAD]).quiet().0, Some(1));
    assert_eq!(lab.lint(&["--config", "other.toml", "--force-exclude", BAD]).quiet().0, Some(0));
    let lab = lab.with("clusters/inv-lint.toml", "ignre = [\"MTU\"]\n");
    assert_eq!(
        lab.lint(&["clusters"]).failure(),
        "inv-lint: clusters/inv-lint.toml:1:1: unknown key `ignre`; did you mean `ignore`?\n"
    );
}

#[test]
fn a_comment_excuses_and_one_that_is_of_no_use_is_found() {
    let lab = Lab::bad().with(BAD, "calico_mtu: \"1400\" # inv-lint: ignore[MTU003] the old play wants text\n");
    assert_eq!(lab.lint(&[]).quiet().0, Some(0));
    let lab = lab.with(BAD, "calico_mtu: 1400 # inv-lint: ignore[MTU003] the old play wants text\n");
    let (code, text) = lab.lint(&[]).quiet();
    assert_eq!((code, text.contains("LNT001")), (Some(1), true), "{text}");
    assert_eq!(lab.lint(&["--ignore", "MTU003"]).quiet().0, Some(0), "the rule did not run");
}

#[test]
fn comments_are_written_once_and_only_with_a_reason() {
    let lab = Lab::bad();
    let told = lab.lint(&["--add-ignore", " "]).failure();
    assert!(told.contains("a reason is one line that says why"), "{told}");
    assert_eq!(lab.lint(&["--add-ignore", "the lab"]).quiet(), (Some(0), "1 finding excused in 1 file\n".to_owned()));
    assert_eq!(lab.read(BAD), "# inv-lint: ignore[MTU003] the lab\ncalico_mtu: \"1400\"\n");
    assert_eq!(lab.lint(&["--add-ignore", "the lab"]).quiet(), (Some(0), "0 findings excused in 0 files\n".to_owned()));
    assert_eq!(lab.lint(&[]).quiet().0, Some(0));
}

#[test]
fn a_baseline_leaves_what_is_new_and_tells_what_is_gone() {
    let lab = Lab::bad();
    let told = lab.lint(&["--baseline", "known.json"]).failure();
    assert!(told.contains("known.json cannot be read: there is no such file"), "{told}");
    let (code, text) = lab.lint(&["--baseline", "known.json", "--write-baseline"]).quiet();
    assert_eq!((code, text.lines().last()), (Some(0), Some("1 finding accepted in known.json")));
    assert_eq!(lab.lint(&["--baseline", "known.json"]).quiet().0, Some(0));
    let lab = lab.with(BAD, "# further down\ncalico_mtu: \"1400\"\n");
    assert_eq!(lab.lint(&["--baseline", "known.json"]).quiet().0, Some(0), "lines move");
    let lab = lab.inventory("clusters/dev").with("clusters/dev/group_vars/all.yml", "calico_mtu: \"1400\"\n");
    let (code, text) = lab.lint(&["--baseline", "known.json", "--output-format", "concise"]).quiet();
    assert_eq!((code, text.lines().count()), (Some(1), 1), "{text}");
    assert!(text.starts_with("clusters/dev/"), "{text}");
    let (code, text) = lab.with(BAD, "calico_mtu: 1400\n").lint(&["clusters/prod", "--baseline", "known.json"]).quiet();
    assert_eq!(code, Some(0));
    assert!(text.contains("gone: clusters/prod/group_vars/all/all.yml: MTU003"), "{text}");
}

#[test]
fn a_text_that_is_not_saved_is_checked_in_its_place() {
    let lab = Lab::good();
    let told = |input: &str| lab.lint_with(&["--stdin-filename", BAD, "-"], input).quiet();
    assert_eq!(told("calico_mtu: 1400\n").0, Some(0));
    let (code, text) = told("calico_mtu: \"1400\"\n");
    assert_eq!((code, text.contains(BAD)), (Some(1), true), "{text}");
    assert_eq!(lab.read(BAD), "calico_mtu: 1400\n");
    let told = lab.lint_with(&["--stdin-filename", BAD, "--fix", "-"], "").failure();
    assert!(told.contains("cannot be written"), "{told}");
}

#[test]
fn a_text_that_was_never_saved_counts_as_if_it_were() {
    let lab = Lab::good().inventory("clusters/bare");
    let told = |path: &str| {
        let (code, text) = lab.lint_with(&["--stdin-filename", path, "-"], "calico_mtu: \"1400\"\n").quiet();
        assert!(code != Some(2), "{path}: {text}");
        text.contains("MTU003") && text.contains(&format!("--> {}:1:13", path.trim_start_matches("./")))
    };
    for path in [
        "clusters/prod/group_vars/k8s_cluster.yml",
        "clusters/prod/group_vars/all/mtu.yml",
        "clusters/prod/group_vars/kube_node/new/mtu.yml",
        "clusters/prod/host_vars/node1.yml",
        "clusters/bare/group_vars/all.yml",
        "./clusters/bare/host_vars/node1/mtu.yml",
    ] {
        assert!(told(path), "{path}");
    }
    // Ansible would not read it: the directory `all` hides it, or its name.
    for path in ["clusters/prod/group_vars/all.yml", "clusters/prod/group_vars/all/mtu.txt"] {
        assert!(!told(path), "{path}");
    }
    assert!(!lab.path("clusters/bare/group_vars").exists());
}

#[test]
fn a_text_is_its_files_from_wherever_it_is_named() {
    let lab = Lab::good();
    let text = "calico_mtu: \"1400\"\n";
    let inside = lab.lint_in("clusters/prod/group_vars/all", &["--stdin-filename", "all.yml", "-"], text);
    let (code, told) = inside.quiet();
    assert_eq!((code, told.contains("MTU003")), (Some(1), true), "{told}");
}

#[test]
fn siblings_that_are_no_cluster_files_are_named_with_their_place() {
    let lab = Lab::good().inventory("clusters/dev");
    let remedy =
        "name cluster files, which say `plugin: kube_inventory.vms.…`, or write the other cluster's ranges as `avoid`";
    for (glob, named) in [("clusters/dev", "clusters/dev"), ("clusters/*/inventory.ini", "clusters/dev/inventory.ini")]
    {
        lab.write("inv-lint.toml", &format!("# ours\n\nsiblings = [\"{glob}\"]\n"));
        assert_eq!(
            lab.lint(&["clusters/prod"]).failure(),
            format!("inv-lint: siblings (inv-lint.toml:3:12) names {named}, which is no cluster file; {remedy}\n")
        );
    }
}

#[test]
fn a_report_goes_into_a_file_whole_or_not_at_all() {
    let lab = Lab::bad();
    let (code, text) = lab.lint(&["--output-format", "json", "--output-file", "report.json"]).quiet();
    assert_eq!((code, text.as_str()), (Some(1), ""));
    let report: serde_json::Value = serde_json::from_str(&lab.read("report.json")).unwrap();
    assert!(report.to_string().contains("MTU003"));
}

#[test]
fn a_commit_that_git_does_not_know_is_an_error() {
    let lab = Lab::good();
    lab.commit();
    assert_eq!(lab.lint(&["--since", "HEAD"]).quiet().0, Some(0));
    let told = lab.lint(&["--since", "nowhere"]).failure();
    assert!(told.contains("git knows no commit `nowhere`"), "{told}");
}

#[test]
fn another_first_control_plane_than_at_a_commit_is_found() {
    let lab = Lab::good();
    lab.commit();
    let text = lab.read("clusters/prod/inventory.ini");
    let (first, rest) = text.split_once("node2").unwrap();
    let (group, first) = first.split_once('\n').unwrap();
    let (second, rest) = rest.split_once('\n').unwrap();
    let lab = lab.with("clusters/prod/inventory.ini", &format!("{group}\nnode2{second}\n{first}{rest}"));
    assert_eq!(lab.lint(&[]).quiet().0, Some(0));
    for path in ["clusters", "clusters/prod/inventory.ini"] {
        let (code, text) = lab.lint(&["--since", "HEAD", path]).quiet();
        assert_eq!((code, text.contains("INV006")), (Some(1), true), "{text}");
    }
    // What was not there yet cannot have changed.
    let lab = lab.inventory("clusters/new");
    assert_eq!(lab.lint(&["--since", "HEAD", "clusters/new"]).quiet().0, Some(0));
}

#[test]
fn nothing_is_run_unless_that_is_asked_for() {
    let script = "#!/bin/sh\ntouch ran\necho '{}'\n";
    let lab = Lab::empty().inventory("clusters/prod").with("clusters/prod/hosts.sh", script);
    std::fs::set_permissions(lab.path("clusters/prod/hosts.sh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    for words in [&[][..], &["--run"]] {
        let _ = lab.lint(words);
        assert!(!lab.path("ran").exists() && !lab.path("clusters/prod/ran").exists(), "{words:?}");
    }
}

#[test]
fn machines_that_only_a_source_knows_are_not_checked_and_the_summary_says_so() {
    let cluster = "#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.static\nkubespray_version: v2.31.0\nsource: {addresses: [192.0.2.11]}\ngroups: {kube_control_plane: all, etcd: all, kube_node: all}\n";
    let lab = Lab::empty().with("lab.static.yml", cluster);
    std::fs::set_permissions(lab.path("lab.static.yml"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let (code, text) = lab.lint(&[]).quiet();
    assert_eq!(code, Some(0), "{text}");
    let told = "Not checked: the machines of lab.static.yml, which only its source knows: `./lab.static.yml lint`, `--run`, or a snapshot tells them\n";
    assert!(text.ends_with(told), "{text}");
    let json: serde_json::Value = serde_json::from_str(&lab.lint(&["--output-format", "json"]).quiet().1).unwrap();
    assert_eq!(json["not_checked"][0]["variable"], serde_json::Value::Null);
    assert_eq!(json["not_checked"][0]["file"], "lab.static.yml");
}

#[test]
fn a_release_that_is_newer_than_every_known_one_is_told() {
    let (code, text) = Lab::good().lint(&["--kubespray", "v2.32.0"]).quiet();
    assert_eq!(code, Some(0));
    assert!(text.contains("\nv2.32.0 is newer than v2.31.0, the newest that is known here"), "{text}");
    assert!(!Lab::good().lint(&["--kubespray", "v2.31.2"]).quiet().1.contains("newer"));
}

#[test]
fn programs_get_the_names_of_the_repository_and_people_those_they_typed() {
    let lab = Lab::bad();
    let absolute = lab.path("clusters").canonicalize().unwrap().display().to_string();
    for (directory, path) in
        [("", "."), ("clusters/prod", "."), ("clusters/prod/group_vars", "all/all.yml"), ("", &absolute)]
    {
        for format in ["github", "gitlab", "sarif", "rdjson"] {
            let text = lab.lint_in(directory, &["--output-format", format, path], "").quiet().1;
            let named = [format!("file={BAD},"), format!("\"{BAD}\"")];
            assert!(named.iter().any(|name| text.contains(name)), "{format} {directory} {path}: {text}");
        }
    }
    let text = lab.lint_in("clusters/prod", &["--output-format", "concise"], "").quiet().1;
    assert!(text.starts_with("group_vars/all/all.yml:1:13: "), "{text}");
}

#[test]
fn a_baseline_is_the_same_from_everywhere_and_forgets_nothing_that_was_not_looked_for() {
    let lab = Lab::bad().inventory("clusters/dev").with("clusters/dev/group_vars/all.yml", "calico_mtu: \"1400\"\n");
    lab.lint(&["--baseline", "known.json", "--write-baseline"]).quiet();
    let known = lab.read("known.json");
    assert_eq!(known.matches("\"fingerprint\"").count(), 2, "{known}");
    let quiet = |directory: &str, words: &[&str]| {
        let (code, text) = lab.lint_in(directory, words, "").quiet();
        assert_eq!((code, text.contains("gone")), (Some(0), false), "{directory} {words:?}: {text}");
    };
    quiet("clusters/dev", &["--baseline", "../../known.json"]);
    quiet("", &["--baseline", "known.json", "clusters/prod"]);
    quiet("", &["--baseline", "known.json", "--select", "LNT"]);
    quiet("clusters", &["--baseline", "../known.json", "--write-baseline", "dev"]);
    assert_eq!(lab.read("known.json"), known);
    // What is deleted is gone, whoever looks.
    std::fs::remove_dir_all(lab.path("clusters/dev")).unwrap();
    let (code, text) = lab.lint(&["--baseline", "known.json", "clusters/prod"]).quiet();
    assert_eq!((code, text.matches("gone: clusters/dev/group_vars/all.yml: MTU003").count()), (Some(0), 1), "{text}");
}
