//! Files made to hurt, and files that somebody broke: a clear sentence with a place, in little memory and time.
//!
//! The sentences are in one snapshot, which is read as a whole before it is accepted.

use std::fmt::Write as _;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use ansible_referee::{Ansible, Outcome};

use crate::bench::{Bench, HEAD, refusal, session, set_mode};

/// Address space that the binary gets, in KiB: the largest file that is read, twice, and the binary itself.
const MOST_MEMORY: u32 = 256 * 1024;

/// How long it may take, in a test build on a busy machine.
const MOST_TIME: Duration = Duration::from_secs(20);

/// Runs the binary on the bench's file with a bound on its memory, and kills it when its time is over.
fn run_bounded(bench: &Bench, what: &str) -> Output {
    let script = format!("ulimit -v {MOST_MEMORY} && exec \"$0\" ci.static.yml {what} >out 2>err");
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_inv-static"));
    // `doctor` asks the Ansible on PATH for its version, which would take most of the time.
    command.env("PATH", "");
    let mut process = command.current_dir(bench.file().parent().unwrap()).spawn().unwrap();
    let started = Instant::now();
    let status = loop {
        if let Some(status) = process.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > MOST_TIME {
            process.kill().unwrap();
            panic!("it takes more than {MOST_TIME:?}");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let written = |name| std::fs::read(bench.path(name)).unwrap();
    Output { status, stdout: written("out"), stderr: written("err") }
}

fn why(bench: &Bench) -> String {
    refusal(&run_bounded(bench, "--list"))
}

/// Nine aliases of nine aliases, twenty times over.
fn alias_bomb() -> String {
    let mut text = format!("{HEAD}a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..20 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(text, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    text
}

const GOOD: &str = "layout: none\nsource: {addresses: [10.0.0.1]}\n";

/// Every kind of broken cluster file, with what is wrong with it.
fn broken_files() -> Vec<(&'static str, Bench)> {
    let good = format!("{HEAD}{GOOD}");
    let not_executable = Bench::raw(&good);
    set_mode(&not_executable.file(), 0o644);
    let huge = Bench::raw(&good);
    // A sparse file: the size is there, the blocks are not.
    std::fs::OpenOptions::new().write(true).open(huge.file()).unwrap().set_len(100 << 20).unwrap();
    let mut block = HEAD.to_owned();
    for depth in 0..10_000 {
        writeln!(block, "{}a:", " ".repeat(depth)).unwrap();
    }
    vec![
        ("no plugin", Bench::raw(format!("#!/usr/bin/env inv-static\n{GOOD}"))),
        ("an empty file", Bench::raw("")),
        ("only a first line", Bench::raw("#!/usr/bin/env inv-static\n")),
        ("another source's plugin", Bench::raw(good.replace("vms.static", "vms.kubevirt"))),
        ("a plugin nobody knows", Bench::raw(good.replace("kube_inventory.vms.static", "amazon.aws.aws_ec2"))),
        ("a plugin that is a list", Bench::raw(good.replace("kube_inventory.vms.static", "[static]"))),
        ("an unknown key", Bench::raw(format!("{good}machine: {{}}\n"))),
        ("an unknown key far from all", Bench::raw(format!("{good}colour: red\n"))),
        ("an unknown key below", Bench::raw(format!("{good}hosts: {{adress: []}}\n"))),
        ("an unknown key in the source", Bench::raw(good.replace("addresses", "adresses"))),
        ("the other word for a key", Bench::raw(format!("{good}machines: {{labels: {{}}}}\n"))),
        ("a wrong type", Bench::raw(format!("{good}machines: [a, b]\n"))),
        ("a number for a list", Bench::raw(good.replace("[10.0.0.1]", "5"))),
        ("text for a number", Bench::raw(format!("{good}machines: {{expect: many}}\n"))),
        ("text for a truth", Bench::raw(format!("{good}partial: perhaps\n"))),
        ("a version without quotes", Bench::raw(format!("{good}kubespray_version: 2.31\n"))),
        ("an unknown word", Bench::raw(good.replace("layout: none", "layout: kubespary"))),
        ("a key twice", Bench::raw(format!("{good}layout: none\n"))),
        ("a placeholder without quotes", Bench::raw(format!("{good}hosts:\n  name: {{cluster}}-k8s-{{number}}\n"))),
        ("a template without quotes", Bench::raw(format!("{good}hosts: {{vars: {{a: {{{{ b }}}}}}}}\n"))),
        ("a tab", Bench::raw(format!("{good}hosts:\n\tname: x\n"))),
        ("an open bracket", Bench::raw(format!("{good}hosts: {{name: x\n"))),
        ("two documents", Bench::raw(format!("{good}---\n{good}"))),
        ("a list", Bench::raw("#!/usr/bin/env inv-static\n- plugin: kube_inventory.vms.static\n")),
        ("a byte order mark", Bench::raw(format!("\u{feff}{good}"))),
        ("Windows line ends", Bench::raw(good.replace('\n', "\r\n"))),
        ("not executable", not_executable),
        ("no first line", Bench::raw(good.replace("#!/usr/bin/env inv-static\n", ""))),
        ("a first line that is not ours", Bench::raw(good.replace("inv-static", "python3"))),
        ("a first line with options", Bench::raw(good.replace("env inv-static", "env -S inv-static --list"))),
        ("a first line that never ends", Bench::raw(good.replace("env inv-static", &"x".repeat(1 << 20)))),
        ("100 MB", huge),
        ("brackets 10,000 deep", Bench::raw(format!("{HEAD}a: {}", "[".repeat(10_000)))),
        ("lines 10,000 deep", Bench::raw(block)),
        ("an alias bomb", Bench::raw(alias_bomb())),
        ("an alias of itself", Bench::raw(format!("{HEAD}a: &a [*a]\n"))),
        ("bytes that are no text", Bench::raw([good.as_bytes(), b"hosts: {name: \xff\xfe}\n"].concat())),
        ("a control character", Bench::raw(format!("{good}hosts: {{name: \"a\u{1b}[31m\"}}\n"))),
        ("a key that writes to the terminal", Bench::raw(format!("{good}\"a\\e[31m\\nb\": 1\n"))),
        ("a key as long as a file", Bench::raw(format!("{good}{}: 1\n", "k".repeat(1000)))),
    ]
}

#[test]
fn a_broken_cluster_file_is_explained_with_its_place() {
    assert!(run_bounded(&Bench::new(GOOD), "--list").status.success());
    let mut sentences = String::new();
    for (what, bench) in broken_files() {
        writeln!(sentences, "{what}\n  {}", why(&bench)).unwrap();
    }
    insta::assert_snapshot!(sentences);
}

#[test]
fn the_doctor_finds_the_same() {
    for (what, bench) in broken_files() {
        let output = run_bounded(&bench, "doctor");
        let found = String::from_utf8(output.stdout).unwrap();
        assert!(matches!(output.status.code(), Some(1 | 2)) && output.stderr.is_empty(), "{what}: {found}");
        let why = why(&bench);
        let sentence = why.strip_prefix("inv-static: ").unwrap();
        assert!(found.contains(sentence), "{what}: {sentence}\n{found}");
    }
}

/// Files that a cluster file reads machines from.
#[test]
fn a_broken_file_of_machines_is_explained_with_its_place() {
    let deep = format!("{{\"all\": {}", "{\"a\":".repeat(10_000));
    let bomb = alias_bomb();
    let snapshot = |discovery: &str| {
        format!("{{\"format\": 1, \"source\": \"static\", \"taken\": \"\", \"raw\": null, \"discovery\": {discovery}}}")
    };
    let deep_snapshot = snapshot(&format!("{{\"machines\": {}", "[".repeat(10_000)));
    let mut sentences = String::new();
    for (what, name, bytes) in [
        ("deep JSON", "m.json", deep.as_bytes()),
        ("an alias bomb", "m.yml", bomb.as_bytes()),
        ("a snapshot of a later format", "m.json", br#"{"format": 2, "source": "static"}"#),
        ("a snapshot cut off", "m.json", br#"{"format": 1, "source": "sta"#),
        ("a snapshot with an unknown key", "m.json", snapshot("{\"machines\": [], \"x\": 1}").as_bytes()),
        ("a deep snapshot", "m.json", deep_snapshot.as_bytes()),
        ("instances cut off", "m.json", br#"{"kind": "VirtualMachineInstance", "metadata": {"name": 5}}"#),
        ("a line of machines.txt", "m.txt", b"10.0.0.1 a.lan a\n10.0.0.2 b.lan b 10.200.0.0/99\n"),
        ("INI with an open bracket", "m.ini", b"[all\nn1\n"),
        ("INI with a template as a name", "m.ini", b"{{ x }}\n"),
        ("an option as a name", "m.ini", b"-oProxyCommand=touch\n"),
        ("an option as an address", "m.ini", b"n1 ansible_host=-oProxyCommand=touch\n"),
        ("bytes that are no text", "m.ini", b"n1\nn\xff\n"),
        ("NUL bytes", "m.yml", b"all: \0\n"),
        ("an endless range", "m.ini", b"n[1:999999999]\n"),
        ("a group called all hosts", "m.yml", b"all: {children: {_meta: {hosts: {a: }}}}\n"),
    ] {
        let bench = Bench::new(&format!("layout: none\nsource: {{files: {name}}}\n")).with(name, bytes);
        writeln!(sentences, "{what}\n  {}", why(&bench)).unwrap();
    }
    insta::assert_snapshot!(sentences);
}

#[test]
fn what_is_no_file_is_refused_and_never_waited_for() {
    let mut sentences = String::new();
    for path in ["/dev/zero", ".", "pipe", "missing.ini"] {
        let bench = Bench::new(&format!("layout: none\nsource: {{files: {path}}}\n"));
        assert!(Command::new("mkfifo").arg(bench.path("pipe")).status().unwrap().success());
        writeln!(sentences, "{path}\n  {}", why(&bench)).unwrap();
    }
    insta::assert_snapshot!(sentences);
}

/// A large snapshot, most of it a stranger's name, neither fills the memory nor the screen.
#[test]
fn a_strangers_name_of_ten_megabytes_is_not_printed_whole() {
    let name = "a\\n".repeat(3 << 20);
    let document = format!(
        "{{\"format\": 1, \"source\": \"static\", \"taken\": \"\", \"raw\": null, \"discovery\": {{\"machines\": \
         [{{\"name\": \"{name}\", \"named_by\": \"outside\", \"origin\": \"{name}\"}}]}}}}"
    );
    let bench = Bench::new("layout: none\nsource: {files: s.json}\n").with("s.json", document);
    assert!(why(&bench).len() < 50_000);
}

/// Ten thousand machines in one file: not a benchmark, but what is quadratic would not end.
#[test]
fn ten_thousand_machines_are_no_trouble() {
    let settings = "groups: {kube_control_plane: {first: 3}, g: {except: {first: 5}, children: [etcd]}}\n\
                    machines: {expect: 10000}\nsource: {addresses: [10.0.0.1-10.0.39.16]}\n";
    let output = run_bounded(&Bench::new(settings), "--list");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

/// Where the system cannot start a file, nobody can say so in a sentence; that Ansible fails is what `env` is for.
#[test]
fn ansible_fails_on_every_file_that_cannot_start_or_is_refused() {
    // One of each kind, since every start of Ansible costs half a second.
    let kinds = [
        "no plugin",
        "another source's plugin",
        "an unknown key",
        "a wrong type",
        "a template without quotes",
        "two documents",
        "a list",
        "a byte order mark",
        "Windows line ends",
        "not executable",
        "a first line that is not ours",
        "100 MB",
        "brackets 10,000 deep",
        "an alias bomb",
        "bytes that are no text",
    ];
    let broken: Vec<_> = broken_files().into_iter().filter(|(what, _)| kinds.contains(what)).collect();
    assert_eq!(broken.len(), kinds.len());
    for ansible in Ansible::ALL {
        for (what, bench) in &broken {
            let listed = list_with_env(bench, ansible);
            assert!(!listed.status.success(), "{ansible:?} takes {what}: {}", listed.stdout);
        }
    }
}

/// `ansible-inventory --list` with what `env` prints, of a broken file too: `eval` of nothing would be no failure.
fn list_with_env(bench: &Bench, ansible: Ansible) -> Outcome {
    let env = bench.env();
    assert_eq!(env.len(), 3);
    env.iter().fold(session(ansible), |session, (name, value)| session.env(name, value)).inventory(["--list"])
}
