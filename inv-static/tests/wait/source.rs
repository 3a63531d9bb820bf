//! What the source shows while one waits.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::cluster::{Cluster, ended};

#[test]
fn machines_that_appear_later_are_waited_for() {
    let cluster = Cluster::new("source: {files: machines.txt}\nmachines: {expect: 2}\n");
    let list = cluster.directory().join("machines.txt");
    fs::write(&list, "10.0.0.1 one.lan one\n").unwrap();
    let started = Instant::now();
    let waiting = cluster.start(&["--for", "address", "--timeout", "40s"]);
    thread::sleep(Duration::from_millis(1500));
    fs::write(&list, "10.0.0.1 one.lan one\n10.0.0.2 two.lan two\n").unwrap();
    let said = ended(waiting, started);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.stdout.starts_with("2 hosts are ready (address) after "), "{said:?}");
}

#[test]
fn a_place_that_does_not_answer_yet_is_waited_for() {
    let cluster = Cluster::new("source: {files: {hv1: machines.txt}}\n");
    let started = Instant::now();
    let waiting = cluster.start(&["--for", "address", "--timeout", "40s"]);
    thread::sleep(Duration::from_millis(1500));
    fs::write(cluster.directory().join("machines.txt"), "10.0.0.1 one.lan one\n").unwrap();
    let said = ended(waiting, started);
    assert_eq!(said.code, Some(0), "{said:?}");
}

#[test]
fn a_source_that_breaks_while_one_waits_may_come_back() {
    let cluster = Cluster::new("source: {files: machines.txt}\nmachines: {expect: 2}\n");
    let list = cluster.directory().join("machines.txt");
    fs::write(&list, "10.0.0.1 one.lan one\n").unwrap();
    let started = Instant::now();
    let waiting = cluster.start(&["--for", "address", "--timeout", "40s"]);
    thread::sleep(Duration::from_millis(500));
    fs::remove_file(&list).unwrap();
    thread::sleep(Duration::from_millis(1500));
    fs::write(&list, "10.0.0.1 one.lan one\n10.0.0.2 two.lan two\n").unwrap();
    assert_eq!(ended(waiting, started).code, Some(0));
}

#[test]
fn who_is_missing_in_the_end_is_named() {
    let cluster = Cluster::new(
        "source:\n  machines:\n    - {name: one, address: 10.0.0.1}\n    - {name: two, address: 10.0.0.2, state: pending}\n    - {name: three}\n",
    );
    let said = cluster.wait(&["--for", "address", "--timeout", "1s"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert_eq!(
        said.stdout,
        "three was not ready after 1s: it has no usable address\ntwo was not ready after 1s: it is pending\n"
    );
}

#[test]
fn who_is_up_is_asked_while_others_are_not() {
    let cluster = Cluster::new(
        "source:\n  machines:\n    - {name: one, address: 10.0.0.1, vars: {ansible_connection: local}}\n    - {name: two}\n",
    );
    let said = cluster.wait(&["--for", "login", "--timeout", "1s"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert_eq!(said.stdout, "two was not ready after 1s: it has no usable address\n");
}

#[test]
fn roles_that_nobody_gave_end_it_at_once() {
    let cluster = Cluster::with_roles("source: {machines: [{name: a, address: 10.0.0.1, state: pending}]}\n");
    let said = cluster.wait(&["--for", "address", "--timeout", "40s"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.stderr.contains("control plane") && said.took < Duration::from_secs(10), "{said:?}");
}

#[test]
fn a_count_that_is_not_reached_is_no_and_a_silent_place_is_unknown() {
    let few = Cluster::new("source: {addresses: [10.0.0.1]}\nmachines: {expect: 2}\n");
    let said = few.wait(&["--for", "address", "--timeout", "1s"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains("`expect` is 2"), "{said:?}");

    let silent = Cluster::new("source: {files: {hv1: machines.txt}}\n").wait(&["--for", "address", "--timeout", "1s"]);
    assert_eq!(silent.code, Some(2), "{silent:?}");
    assert!(silent.stdout.is_empty() && silent.stderr.contains("the place hv1 says nothing"), "{silent:?}");
}

#[test]
fn what_time_cannot_heal_ends_it_at_once() {
    let two =
        "source:\n  machines:\n    - {name: one, id: new, address: 10.0.0.1}\n    - {name: two, state: pending}\n";
    for (rest, expected) in [
        ("members: [{machine: one, id: old}, {machine: two}]\n", "re-created"),
        ("members: [{machine: one}]\n", "not listed"),
    ] {
        let said = Cluster::new(&format!("{two}{rest}")).wait(&["--for", "address", "--timeout", "40s"]);
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.stderr.contains(expected) && said.took < Duration::from_secs(10), "{said:?}");
    }
    let missing = Cluster::new("source: {files: nowhere.txt}\n").wait(&["--timeout", "40s"]);
    assert_eq!(missing.code, Some(2), "{missing:?}");
    assert!(missing.took < Duration::from_secs(10), "{missing:?}");
}

#[test]
fn who_is_offline_by_the_list_is_nobody_to_wait_for() {
    let cluster = Cluster::new(
        "source:\n  machines:\n    - {name: one, address: 10.0.0.1}\n    - {name: two, state: stopped}\n\
         members: [{machine: one}, {machine: two, offline: true, address: 10.0.0.2}]\n",
    );
    let said = cluster.wait(&["--for", "address", "--timeout", "5s"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.stdout.contains("two: away, as `members` says"), "{said:?}");
}

#[test]
fn a_template_is_named_instead_of_guessed() {
    let cluster = Cluster::here(22, "ansible_user: '{{ vault_user }}'");
    let said = cluster.wait(&["--for", "login", "--timeout", "40s"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.stderr.contains("node-1: `ansible_user` is a template"), "{said:?}");
    assert!(said.took < Duration::from_secs(10), "{said:?}");
}

#[test]
fn a_time_without_a_unit_is_a_wrong_question() {
    let said = Cluster::here(22, "").wait(&["--timeout", "5"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.stderr.contains("write 5s for seconds, 5m for minutes"), "{said:?}");
}
