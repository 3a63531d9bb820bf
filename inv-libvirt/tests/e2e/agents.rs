//! Agents inside guests: which may hang, and tell of what a CNI made.

use std::time::{Duration, Instant};

use crate::SECOND;
use crate::lab::{Ended, Lab, recorded, told_by};

#[test]
#[ignore = "needs the lab"]
fn an_agent_that_never_replies_costs_its_timeout_and_the_next_run_no_more() {
    let lab = Lab::alone();
    let _stopped = lab.stopped_agent("head10");
    for _ in 0..2 {
        let started = Instant::now();
        let told = recorded(lab.run(&["--addresses", "lease,agent", "record"]).within(15 * SECOND));
        assert!(started.elapsed() < 6 * SECOND, "{:?}", started.elapsed());
        let error = told_by(&told, "head10", "agent")["error"].as_str().unwrap();
        assert!(error.contains("Guest agent is not responding"), "{error}");
        assert!(told_by(&told, "work11", "agent")["interfaces"].to_string().contains("192.168.150."), "{told}");
        // It has no channel to one.
        assert!(told_by(&told, "work13", "agent")["error"].is_string(), "{told}");
    }
}

#[test]
#[ignore = "needs the lab"]
fn an_agent_that_stops_after_it_was_asked_leaves_its_guest_to_the_lease_and_explain_says_so() {
    let lab = Lab::alone();
    let explain = || lab.run(&["--addresses", "agent,lease", "--names", "work12", "explain"]).within(15 * SECOND);
    let before = explain().answer();
    assert!(before.contains("(agent on eth0 in kube) chosen") && !before.contains("note"), "{before}");
    let stopped = lab.stopped_agent("work12");
    for _ in 0..2 {
        let started = Instant::now();
        let explained = explain().answer();
        assert!(started.elapsed() < 6 * SECOND, "{:?}", started.elapsed());
        assert!(explained.contains("(lease in kube) chosen"), "{explained}");
        assert!(explained.contains("note      its agent did not answer: Guest agent is not responding"), "{explained}");
    }
    drop(stopped);
    let until = Instant::now() + 20 * SECOND;
    while explain().answer() != before {
        assert!(Instant::now() < until, "it does not answer again");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
#[ignore = "needs the lab"]
fn an_agent_that_somebody_else_waits_for_is_left_alone() {
    let lab = Lab::alone();
    let _stopped = lab.stopped_agent("work11");
    let _other = Ended(lab.virsh(&["domifaddr", "work11", "--source", "agent"]).spawn().unwrap());
    std::thread::sleep(SECOND);
    let started = Instant::now();
    let told = recorded(lab.run(&["--addresses", "lease,agent", "record"]).within(15 * SECOND));
    assert!(started.elapsed() < 8 * SECOND, "{:?}", started.elapsed());
    assert!(told_by(&told, "work11", "agent")["error"].is_string(), "{told}");
    assert!(told_by(&told, "head10", "agent")["interfaces"].to_string().contains("192.168.150.10"), "{told}");
}

#[test]
#[ignore = "needs the lab"]
fn an_interface_that_a_cni_made_in_the_guest_never_wins() {
    let lab = Lab::shared();
    // Not even where the agent is all there is, or its address is what rules ask for.
    let explain = |addresses: &str| {
        lab.run(&["--addresses", addresses, "--names", "work16", "explain"]).within(15 * SECOND).answer()
    };
    for addresses in ["agent", "agent,lease", "lease,agent"] {
        let explained = explain(addresses);
        assert!(explained.contains("  address   192.168.150."), "{explained}");
        assert!(
            explained.contains("10.244.0.1 (agent on cni0) never: a CNI made this interface inside the guest"),
            "{explained}"
        );
        assert!(explained.contains("(agent on cali1a2b3c4d5e6) never: "), "{explained}");
    }
}
