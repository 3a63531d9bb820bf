//! Counts: the statistics, and the last line of the format for people.

use super::*;

#[test]
fn statistics_count_rules_and_what_could_not_be_known() {
    assert_snapshot!(statistics(&outcome()), @"
      1  INV003  warning  odd-value
      1  KSP001  info     no-version
      1  MTU002  warning  mtu-in-quotes
      1  NET001  error    pods-overlap-nodes
    Values not checked:
      1  its template looks up a file
    Not checked:
      1  it is encrypted by ansible-vault
    Not read:
      1  expected a key
    Found 1 error, 2 warnings and 1 remark in 2 inventories (14 files); 2 can be fixed with --fix, 1 more with --unsafe-fixes; 1 file could not be read; 1 file not checked; 1 value not checked
    ");
}

#[test]
fn the_summary_says_whose_machines_and_which_releases_are_not_known() {
    let machines = |file: &str| NotChecked {
        variable: None,
        location: Location::whole_file(Path::new(file).into()),
        why: "nobody asked".into(),
    };
    let mut outcome = Outcome { roots: 1, files: 14, ..Outcome::default() };
    outcome.not_checked.push(machines("lab.kubevirt.yml"));
    outcome.newer.insert("v2.32.0".parse().unwrap());
    assert_snapshot!(render(&outcome, Format::Full, PLAIN), @"
    No findings in 1 inventory (14 files)
    Not checked: the machines of lab.kubevirt.yml, which only its source knows: `./lab.kubevirt.yml lint`, `--run`, or a snapshot tells them
    v2.32.0 is newer than v2.31.0, the newest that is known here, and checked as that one
    ");
    outcome.not_checked.push(machines("a/ci.static.yml"));
    assert_snapshot!(statistics(&outcome), @"
    Machines not checked:
      2  nobody asked
    No findings in 1 inventory (14 files)
    Not checked: the machines of lab.kubevirt.yml and 1 more cluster file, which only their sources know: `FILE lint`, `--run`, or snapshots tell them
    v2.32.0 is newer than v2.31.0, the newest that is known here, and checked as that one
    ");
}
