//! `vars --write` and the files of a person: whole, as they were but for our values, or not touched at all.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::bench::{Bench, refusal, set_mode};

/// Three machines on the pod network of a cluster with kubespray's own ranges: four values in two files.
pub(crate) const NESTED: &str = "\
kubespray_version: v2.31.0
source: {addresses: [10.233.67.76-10.233.67.78]}
groups: {kube_control_plane: {first: 1}, etcd: {first: 1}, kube_node: all}
network:
  hosting:
    - {name: kube-test, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, pods: 10.233.64.0/18, services: 10.233.0.0/18}
";

const CLUSTER_VARS: &str = "group_vars/k8s_cluster/k8s-cluster.yml";
const CALICO_VARS: &str = "group_vars/k8s_cluster/k8s-net-calico.yml";

/// Runs a command that may wait for ever, and ends it then.
fn run_in_time(bench: &Bench, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inv-static"));
    command.arg("ci.static.yml").args(arguments).current_dir(bench.path(""));
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let started = Instant::now();
    while process.try_wait().unwrap().is_none() {
        if started.elapsed() > Duration::from_secs(20) {
            process.kill().unwrap();
            panic!("{arguments:?} waits for ever");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    process.wait_with_output().unwrap()
}

/// That nothing is written, and why.
fn untouched(bench: &Bench) -> String {
    let before = bench.tree();
    let why = refusal(&run_in_time(bench, &["vars", "--write"]));
    let contents = |tree: std::collections::BTreeMap<_, crate::bench::Seen>| -> Vec<_> {
        tree.into_iter().map(|(path, (mode, _, _, names, content))| (path, mode, names, content)).collect()
    };
    assert_eq!(contents(before), contents(bench.tree()), "{why}");
    why
}

#[test]
fn a_look_changes_nothing_not_even_a_time() {
    let bench = Bench::new(NESTED).with(CLUSTER_VARS, "a: 1\n");
    let before = bench.tree();
    for arguments in [
        &["plan"][..],
        &["plan", "--format", "json"],
        &["plan", "--format", "svg"],
        &["plan", "--replan", "pods"],
        &["vars", "--check"],
        &["vars", "--diff"],
        &["vars", "--diff", "--replan", "pods"],
    ] {
        bench.run(arguments);
        assert_eq!(before, bench.tree(), "{arguments:?}");
    }
}

#[test]
fn what_is_no_file_is_never_waited_for_and_never_replaced() {
    for place in [CLUSTER_VARS, ".inv/plan.json", "group_vars/k8s_cluster.yml"] {
        let bench = Bench::new(NESTED);
        fs::create_dir_all(bench.path(place).parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(bench.path(place)).status().unwrap().success());
        assert!(untouched(&bench).contains("pipe"), "{place}");
        let checked = run_in_time(&bench, &["vars", "--check"]);
        assert!(matches!(checked.status.code(), Some(1 | 2)), "{place}");
        let bench = Bench::new(NESTED);
        fs::create_dir_all(bench.path(place).parent().unwrap()).unwrap();
        symlink("/dev/zero", bench.path(place)).unwrap();
        assert!(untouched(&bench).contains("device"), "{place}");
    }
    let bench = Bench::new(NESTED);
    fs::create_dir_all(bench.path(CLUSTER_VARS)).unwrap();
    untouched(&bench);
}

#[test]
fn a_link_stays_a_link_even_to_nothing() {
    let bench = Bench::new(NESTED).with("elsewhere/vars.yml", "a: 1\n").with("group_vars/k8s_cluster/b.yml", "b: 1\n");
    symlink("../../elsewhere/vars.yml", bench.path(CLUSTER_VARS)).unwrap();
    assert!(bench.run(["vars", "--write"]).status.success());
    assert!(fs::symlink_metadata(bench.path(CLUSTER_VARS)).unwrap().is_symlink());
    assert!(fs::read_to_string(bench.path("elsewhere/vars.yml")).unwrap().contains("kube_pods_subnet"));

    let bench = Bench::new(NESTED).with("group_vars/k8s_cluster/b.yml", "b: 1\n");
    symlink("not-yet-mounted.yml", bench.path(CLUSTER_VARS)).unwrap();
    assert!(untouched(&bench).contains("it is a link to nothing"));
}

#[test]
fn a_file_with_two_names_is_not_torn_apart() {
    let bench = Bench::new(NESTED).with(CLUSTER_VARS, "a: 1\n");
    fs::hard_link(bench.path(CLUSTER_VARS), bench.path("the-same.yml")).unwrap();
    assert!(untouched(&bench).contains("a second name"));
}

#[test]
fn mode_line_ends_and_mark_stay() {
    let bench = Bench::new(NESTED).with(CLUSTER_VARS, "\u{feff}# ours\r\na: 1\r\n");
    set_mode(&bench.path(CLUSTER_VARS), 0o640);
    assert!(bench.run(["vars", "--write"]).status.success());
    let text = fs::read_to_string(bench.path(CLUSTER_VARS)).unwrap();
    assert!(text.starts_with("\u{feff}# ours\r\na: 1\r\n") && !text.replace("\r\n", "").contains('\n'), "{text:?}");
    assert_eq!(fs::metadata(bench.path(CLUSTER_VARS)).unwrap().mode() & 0o7777, 0o640);
}

/// What a killed run left, under any process number that the next one may have: in a container it is often the same.
#[test]
fn what_a_killed_run_left_behind_is_in_nobodys_way() {
    let bench = Bench::new(NESTED).with(CLUSTER_VARS, "a: 1\n");
    let script = "for n in 0 1 2 3; do for d in group_vars/k8s_cluster; do echo half > $d/.inv-$$-$n; done; done\n\
                  exec \"$0\" ci.static.yml vars --write";
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_inv-static")]).current_dir(bench.path(""));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(bench.run(["vars", "--check"]).status.success());
}

/// Half of the files with a text of their own, and no record of what was never written.
#[test]
fn a_write_that_fails_in_the_middle_leaves_nothing() {
    let bench = Bench::new(NESTED).with(CLUSTER_VARS, "a: 1\n");
    // The directory of the record cannot be made: it comes last.
    let bench = bench.with(".inv", "a file\n");
    let before = bench.tree();
    let output = bench.run(["vars", "--write"]);
    assert!(!output.status.success() && output.stdout.is_empty(), "{output:?}");
    assert_eq!(before.keys().collect::<Vec<_>>(), bench.tree().keys().collect::<Vec<_>>());
    assert_eq!(fs::read_to_string(bench.path(CLUSTER_VARS)).unwrap(), "a: 1\n");
}

#[test]
fn many_writes_at_once_are_one() {
    for _ in 0..5 {
        let bench = Bench::new(NESTED).with(CLUSTER_VARS, "a: 1\n");
        let start = |number: usize| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_inv-static"));
            command.args(["ci.static.yml", "vars", "--write"]).current_dir(bench.path(""));
            if !number.is_multiple_of(2) {
                command.args(["--replan", "pods,services"]);
            }
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let processes: Vec<_> = (0..6).map(start).collect();
        let outputs: Vec<_> = processes.into_iter().map(|process| process.wait_with_output().unwrap()).collect();
        let (wrote, refused): (Vec<_>, Vec<_>) = outputs.iter().partition(|output| output.status.success());
        assert!(!wrote.is_empty(), "{outputs:?}");
        assert!(refused.into_iter().all(|output| refusal(output).contains("just now")));
        assert!(bench.run(["vars", "--check"]).status.success());
        assert!(bench.tree().keys().all(|path| !path.to_string_lossy().contains(".inv-")));
    }
}

/// As `patch` reads it, whatever the file is called and however its lines end.
#[test]
fn the_diff_is_what_a_write_does() {
    for (name, text) in [
        ("k8s-cluster.yml", "---\r\n# ours\r\nkube_pods_subnet: 10.9.0.0/16\r\n"),
        ("k8s-cluster.yml", "\u{feff}kube_pods_subnet: 10.9.0.0/16"),
        ("k8s-cluster.yml", "# a\rb: 1\nkube_pods_subnet: 10.9.0.0/16\n"),
        ("a b.yml", "# x\nkube_pods_subnet: 10.9.0.0/16\n"),
        ("a\tb.yml", "# x\nkube_pods_subnet: 10.9.0.0/16\n"),
        ("a\nb.yml", "# x\nkube_pods_subnet: 10.9.0.0/16\n"),
        ("é\u{1b}.yml", "# x\nkube_pods_subnet: 10.9.0.0/16\n"),
        ("q\"\\.yml", "# x\nkube_pods_subnet: 10.9.0.0/16\n"),
    ] {
        let place = format!("group_vars/k8s_cluster/{name}");
        let lay_out = || Bench::new(&format!("{NESTED}  pods: 10.240.0.0/16\n")).with(&place, text);
        let (written, patched) = (lay_out(), lay_out());
        let diff = patched.run(["vars", "--diff"]).stdout;
        assert!(written.run(["vars", "--write"]).status.success(), "{name:?}");
        fs::write(patched.path("diff"), diff).unwrap();
        let mut patch = Command::new("patch");
        let output = patch.args(["-p1", "-i", "diff"]).current_dir(patched.path("")).output().unwrap();
        assert!(output.status.success(), "{name:?}: {output:?}");
        for place in [&place, CALICO_VARS] {
            let [one, other] = [&written, &patched].map(|bench| fs::read_to_string(bench.path(place)).unwrap());
            assert_eq!(one, other, "{name:?}");
        }
    }
}
