//! `doctor`, on files that are broken in every way we know, in bounded memory and time.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use ansible_referee::Ansible;
use tempfile::TempDir;

/// What the binary may take, in KiB of address space.
const MEMORY: u64 = 600 << 10;

const GOOD: &str =
    "#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.static\nlayout: none\nsource: {addresses: [10.0.0.1]}\n";

/// A directory with a cluster file that has nothing wrong about it, and an environment that has neither.
struct Lab {
    directory: TempDir,
    environment: Vec<(String, String)>,
}

#[derive(Debug)]
struct Said {
    code: Option<i32>,
    lines: Vec<String>,
    stderr: String,
}

impl Said {
    /// The lines that tell of mistakes.
    fn wrong(&self) -> Vec<&str> {
        self.lines.iter().filter_map(|line| line.strip_prefix("wrong: ")).collect()
    }

    /// Asserts that this is the one mistake. The first part is how the line begins, which is where a place stands.
    fn only_wrong(&self, start: &str, part: &str) {
        assert_eq!(self.code, Some(1), "{self:#?}");
        let wrong = self.wrong();
        assert!(wrong.len() == 1 && wrong[0].starts_with(start) && wrong[0].contains(part), "{start} {part} {self:#?}");
    }
}

impl Lab {
    fn new() -> Self {
        let lab = Self { directory: tempfile::tempdir().unwrap(), environment: Vec::new() };
        fs::write(lab.at(".envrc"), "eval \"$(./lab.static.yml env)\"\n").unwrap();
        lab.write(GOOD);
        let ours = Path::new(env!("CARGO_BIN_EXE_inv-static")).parent().unwrap().display();
        lab.env("PATH", &format!("{ours}:/usr/bin:/bin")).env("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", "1")
    }

    fn with(text: impl AsRef<[u8]>) -> Self {
        let lab = Self::new();
        lab.write(text);
        lab
    }

    fn at(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, text: impl AsRef<[u8]>) {
        self.write_to("lab.static.yml", text);
    }

    fn write_to(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.at(name), text).unwrap();
        fs::set_permissions(self.at(name), PermissionsExt::from_mode(0o755)).unwrap();
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs `inv-static lab.static.yml doctor` in that directory, with little memory.
    fn doctor(&self) -> Said {
        self.run("lab.static.yml doctor")
    }

    fn run(&self, arguments: &str) -> Said {
        let started = Instant::now();
        let script = format!("ulimit -v {MEMORY}; exec '{}' {arguments}", env!("CARGO_BIN_EXE_inv-static"));
        let output = Command::new("/bin/sh")
            .args(["-c", &script])
            .env_clear()
            .env("HOME", self.directory.path())
            .envs(self.environment.iter().cloned())
            .current_dir(self.directory.path())
            .output()
            .unwrap();
        assert!(started.elapsed() < Duration::from_secs(30), "{arguments} took {:?}", started.elapsed());
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said {
            code: output.status.code(),
            lines: text(output.stdout).lines().map(str::to_owned).collect(),
            stderr: text(output.stderr),
        }
    }
}

#[test]
fn a_good_file_has_nothing_wrong_about_it() {
    let said = Lab::new().doctor();
    assert_eq!((said.code, said.wrong().len(), said.stderr.as_str()), (Some(0), 0, ""), "{said:#?}");
    assert!(said.lines.contains(&"ok: the source gives an inventory of 1 host".to_owned()), "{said:#?}");
}

#[test]
fn every_mistake_in_a_file_is_told_with_its_line_and_column() {
    let shebang = "#!/usr/bin/env inv-static\n";
    let plugin = "plugin: kube_inventory.vms.static\n";
    let rest = "layout: none\nsource: {addresses: [10.0.0.1]}\n";
    for (text, start, part) in [
        (format!("{shebang}{rest}"), "lab.static.yml:1:1: ", "`plugin:` is missing"),
        (
            format!("{shebang}plugin: kube_inventory.vms.libvirt\n{rest}"),
            "lab.static.yml:2:9: ",
            "run it with inv-libvirt",
        ),
        (format!("{shebang}{plugin}layuot: none\n"), "lab.static.yml:3:1: ", "did you mean `layout`"),
        (format!("{shebang}{plugin}{rest}machines: {{expect: many}}\n"), "lab.static.yml:5:20: ", "expected"),
        (format!("{shebang}{plugin}{rest}hosts: [\n"), "lab.static.yml:", ""),
        (format!("\u{feff}{GOOD}"), "lab.static.yml:1:1: ", "byte order mark"),
        (GOOD.replace('\n', "\r\n"), "lab.static.yml:1:", "carriage return"),
        (
            GOOD.replace("#!/usr/bin/env inv-static", "#!/usr/bin/env inv-libvirt"),
            "lab.static.yml:1:1: ",
            "make the first line",
        ),
        (GOOD.replace("#!/usr/bin/env inv-static\n", ""), "lab.static.yml:1:1: ", "make the first line"),
        (format!("{shebang}{plugin}{rest}x: {}\n", "[".repeat(10_000)), "lab.static.yml:5:", "nested more than"),
        (format!("{shebang}{plugin}{}", bomb()), "lab.static.yml:", "more than a million values"),
        (format!("{shebang}{plugin}{rest}cluster: {{env:NOT_SET_HERE}}\n"), "lab.static.yml:5:", ""),
    ] {
        Lab::with(text).doctor().only_wrong(start, part);
    }
}

/// Nine lists, each of nine times the one before.
fn bomb() -> String {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let before = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(text, "a{level}: &a{level} [{before}]").unwrap();
    }
    text
}

#[test]
fn bytes_that_are_no_text_are_placed() {
    let mut bytes = GOOD.as_bytes().to_vec();
    bytes.extend(b"cluster: \xff\n");
    Lab::with(bytes).doctor().only_wrong("lab.static.yml:5:10: ", "not UTF-8");
}

#[test]
fn a_huge_file_and_a_missing_one_are_sentences() {
    let lab = Lab::new();
    fs::OpenOptions::new().write(true).open(lab.at("lab.static.yml")).unwrap().set_len(100 << 20).unwrap();
    lab.doctor().only_wrong("lab.static.yml ", "larger than 64 MiB");
    fs::remove_file(lab.at("lab.static.yml")).unwrap();
    lab.doctor().only_wrong("lab.static.yml ", "check the path");
}

#[test]
fn a_file_that_is_not_executable_says_chmod() {
    let lab = Lab::new();
    fs::set_permissions(lab.at("lab.static.yml"), PermissionsExt::from_mode(0o644)).unwrap();
    lab.doctor().only_wrong("lab.static.yml:1:1: ", "chmod +x");
}

#[test]
fn several_mistakes_are_all_told() {
    let lab = Lab::with(
        "#!/usr/bin/env inv-libvirt\r\nlayuot: none\r\nsource: {adresses: [10.0.0.1]}\r\nmachines: {expect: many}\r\n",
    );
    fs::set_permissions(lab.at("lab.static.yml"), PermissionsExt::from_mode(0o644)).unwrap();
    let said = lab.doctor();
    let wrong = said.wrong();
    for part in ["make the first line", "chmod +x", "`plugin:` is missing", "`layout`", "`addresses`", "expected"] {
        assert!(wrong.iter().any(|line| line.contains(part)), "{part} {said:#?}");
    }
}

#[test]
fn a_hundred_thousand_unknown_keys_are_a_few_lines() {
    let keys: Vec<String> = (0..100_000).map(|number| format!("key{number}: x\n")).collect();
    let said = Lab::with(format!("{GOOD}{}", keys.concat())).doctor();
    assert_eq!(said.code, Some(1));
    assert!((1..30).contains(&said.wrong().len()), "{}", said.wrong().len());
}

#[test]
fn a_binary_that_is_missing_or_another_is_told() {
    Lab::new().env("PATH", "/usr/bin:/bin").doctor().only_wrong("inv-static is not on PATH", "put the directory");
    let lab = Lab::new();
    fs::create_dir(lab.at(".bin")).unwrap();
    lab.write_to(".bin/inv-static", "#!/bin/sh\necho inv-static 99.0.0\n");
    let path = format!("{}:/usr/bin:/bin", lab.at(".bin").display());
    lab.env("PATH", &path).doctor().only_wrong("", "is \"inv-static 99.0.0\"");
}

#[test]
fn ansible_is_asked_for_its_version() {
    for ansible in Ansible::ALL {
        let lab = Lab::new();
        let ours = Path::new(env!("CARGO_BIN_EXE_inv-static")).parent().unwrap().display();
        let path = format!("{}:{ours}:/usr/bin:/bin", ansible.bin().display());
        let said = lab.env("PATH", &path).doctor();
        assert!(
            said.lines.iter().any(|line| line.starts_with("ok: ") && line.contains("is of Ansible 2.")),
            "{said:#?}"
        );
    }
    for (script, code, start) in [
        ("echo 'ansible-inventory 2.8.1'", 1, "wrong: "),
        ("echo 'ansible-inventory [core 2.99.0]'", 0, "note: "),
        ("echo broken >&2; exit 1", 2, "unknown: "),
    ] {
        let lab = Lab::new();
        fs::create_dir(lab.at(".bin")).unwrap();
        lab.write_to(".bin/ansible-inventory", format!("#!/bin/sh\n{script}\n"));
        let ours = Path::new(env!("CARGO_BIN_EXE_inv-static")).parent().unwrap().display();
        let path = format!("{}:{ours}:/usr/bin:/bin", lab.at(".bin").display());
        let said = lab.env("PATH", &path).doctor();
        assert_eq!(said.code, Some(code), "{said:#?}");
        assert!(
            said.lines.iter().any(|line| line.starts_with(start) && line.contains("ansible-inventory")),
            "{said:#?}"
        );
    }
}

#[test]
fn a_file_that_would_start_itself_is_told_and_not_started() {
    // The directory's name is no cluster's.
    let lab = Lab::with(format!("{GOOD}cluster: lab\n"));
    fs::rename(lab.at("lab.static.yml"), lab.at("inv-static")).unwrap();
    fs::remove_file(lab.at(".envrc")).unwrap();
    let path = format!("{}:/usr/bin:/bin", lab.directory.path().display());
    let said = lab.env("PATH", &path).run("inv-static doctor");
    assert_eq!(said.code, Some(1), "{said:#?}");
    assert!(said.wrong().iter().all(|line| line.contains("start itself for ever")), "{said:#?}");
}

#[test]
fn what_lies_beside_the_file_is_looked_at() {
    let lab = Lab::new();
    lab.write_to("constructed.yml", "plugin: constructed\n");
    lab.write_to("machines.txt", "10.0.0.1 a b\n");
    assert_eq!(lab.doctor().code, Some(0));
    lab.write_to("other.static.yml", GOOD);
    lab.doctor().only_wrong("other.static.yml beside lab.static.yml", "directory of its own");
}

#[test]
fn an_envrc_without_the_line_is_told() {
    let lab = Lab::new();
    fs::write(lab.at(".envrc"), "# eval \"$(./lab.static.yml env)\"\n").unwrap();
    lab.doctor().only_wrong("", "eval \"$(./lab.static.yml env)\"");
}

#[test]
fn an_environment_that_lets_a_failing_inventory_pass_is_told() {
    let mut lab = Lab::new();
    lab.environment.retain(|(name, _)| name != "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED");
    lab.doctor().only_wrong("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED is not set", "lab.static.yml env");
    fs::write(lab.at("ansible.cfg"), "[inventory]\nany_unparsed_is_failed = true\n").unwrap();
    assert_eq!(lab.doctor().code, Some(0));
    Lab::new().env("ANSIBLE_INVENTORY", "/etc/other").doctor().only_wrong("ANSIBLE_INVENTORY is ", "-i");
}

#[test]
fn what_keeps_the_source_from_giving_an_inventory_is_told() {
    let said = Lab::with(GOOD.replace("layout: none", "layout: kubespray")).doctor();
    said.only_wrong("there is no inventory: nothing says which machines", "write them into the file");
    let silent = Lab::with(GOOD.replace("{addresses: [10.0.0.1]}", "{files: nowhere.txt}")).doctor();
    assert_eq!((silent.code, silent.wrong().len()), (Some(2), 0), "{silent:#?}");
    assert!(silent.lines.iter().any(|line| line.starts_with("unknown: the source cannot be read")), "{silent:#?}");
}

#[test]
fn without_a_file_only_what_makes_sense_is_checked() {
    let said = Lab::new().run("doctor --addresses 10.0.0.1");
    assert_eq!(said.code, Some(0), "{said:#?}");
    assert!(!said.lines.iter().any(|line| line.contains("lab.static.yml")), "{said:#?}");
}

#[test]
fn learned_host_keys_need_a_place_and_the_check_leaves_none() {
    let lab = Lab::with(format!("{GOOD}hosts: {{host_keys: accept-new}}\n"));
    let said = lab.doctor();
    assert_eq!(said.code, Some(0), "{said:#?}");
    assert!(said.lines.iter().any(|line| line.contains("SSH can keep the keys")), "{said:#?}");
    assert!(!lab.at(".inv").exists());
    fs::write(lab.at(".inv"), "in the way").unwrap();
    lab.doctor().only_wrong("`host_keys: accept-new` keeps", "cannot be written");
}
