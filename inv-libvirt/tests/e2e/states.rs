//! Guests that do not run, and waiting for those that begin to.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::SECOND;
use crate::cluster::Cluster;
use crate::lab::{Ended, Lab};

fn named(lab: &Lab, names: &str) -> Cluster {
    Cluster::new(&format!(
        "layout: none\nsource: {{uri: \"{}\"}}\nmachines: {{names: [{names}]}}\nhosts: {{vars: {{ansible_user: ubuntu}}}}\n",
        lab.uri
    ))
}

#[test]
#[ignore = "needs the lab"]
fn a_guest_that_is_paused_or_off_is_an_error_and_no_smaller_cluster() {
    let lab = Lab::shared();
    for (name, state) in [("work14", "paused"), ("work15", "stopped")] {
        let complaint = named(&lab, &format!("work13, {name}")).run(&["--list"]).complaint();
        assert!(complaint.starts_with(&format!("{name} (domain {name}) is a member and is {state}; ")), "{complaint}");
    }
    // Without a file everything that can be played is, and explain says who is not.
    let explained = lab.run(&["explain"]).answer();
    assert!(explained.contains("work14 (domain work14): it is paused"), "{explained}");
    assert!(explained.contains("work15 (domain work15): it is stopped"), "{explained}");
    // A paused guest still has its lease.
    let cluster = named(&lab, "work14");
    cluster.write(&cluster.text().replace("[work14]", "[work14], states: [running, paused]"));
    assert!(cluster.run(&["graph"]).answer().contains("work14  192.168.150."));
}

#[test]
#[ignore = "needs the lab"]
fn waiting_ends_when_the_last_guest_lets_us_in() {
    let lab = Lab::alone();
    lab.virsh_done(&["destroy", "work13"]);
    let cluster = named(&lab, "work12, work13");
    let waiting = |what: &str, timeout: &str| {
        let run = cluster.run(&["wait", "--for", what, "--timeout", timeout]);
        let mut command = run.command;
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let output = waiting("address", "1s").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("work13 was not ready after 1s: it is stopped") && !told.contains("work12"), "{told}");

    // Both are begun before the guest is.
    let begun = Instant::now();
    let mut runs: Vec<_> = ["ssh", "login"].map(|what| Ended(waiting(what, "3m").spawn().unwrap())).into();
    std::thread::sleep(SECOND);
    lab.virsh_done(&["start", "work13"]);
    for run in &mut runs {
        let status = loop {
            if let Some(status) = run.0.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < 200 * SECOND);
            std::thread::sleep(Duration::from_millis(100));
        };
        assert!(status.success(), "{status}");
    }
    cluster.answers(&["work12", "work13"]);
}

#[test]
#[ignore = "needs the lab"]
fn a_guest_that_goes_between_two_calls_is_left_out_and_nothing_fails() {
    let lab = Lab::alone();
    let directory = crate::run::directory();
    let over = std::sync::atomic::AtomicBool::new(false);
    let is_over = || over.load(std::sync::atomic::Ordering::Relaxed);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let file = directory.path().join("gone.xml");
            let xml = "<domain type='qemu'><name>gone</name><memory>1024</memory><os><type>hvm</type></os></domain>";
            std::fs::write(&file, xml).unwrap();
            while !is_over() {
                lab.virsh_done(&["define", file.to_str().unwrap()]);
                lab.virsh_done(&["undefine", "gone"]);
            }
        });
        let answers: Vec<_> = (0..60).map(|_| lab.run(&["record"]).output()).collect();
        over.store(true, std::sync::atomic::Ordering::Relaxed);
        let counts: Vec<_> = answers
            .iter()
            .map(|output| {
                assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
                String::from_utf8_lossy(&output.stdout).contains("<name>gone</name>")
            })
            .collect();
        assert!(counts.contains(&true) && counts.contains(&false), "it was never, or always there: {counts:?}");
    });
}
