//! Asking guests for their own addresses, the way Ansible reaches them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::Failure;
use super::child;
use super::session::Session;
use super::ssh::{Ssh, Target, refusal};
use crate::cluster::{Layout, WithoutAddress};
use crate::discovery::Discovery;
use crate::guest::{GuestAnswer, QUESTION};
use crate::inventory::assemble::assemble;
use crate::inventory::effective::Effective;
use crate::inventory::reach::Reach;
use crate::machine::{Machine, State};
use crate::safe::HostName;

/// How long all of them may take together.
const DEADLINE: Duration = Duration::from_secs(20);

/// How many are asked at the same time.
const AT_ONCE: usize = 32;

/// Asks every member that runs, where a rule of the file wants a guest's own word. Nobody is asked otherwise.
///
/// # Errors
///
/// When a member does not answer: its address would be missing, and that of the others would not.
pub(super) fn ask(session: &Session, discovery: &Discovery) -> Result<Vec<GuestAnswer>, Failure> {
    let cluster = &session.cluster;
    if cluster.layout != Layout::Kubespray || !cluster.hosts.asks_guests() {
        return Ok(Vec::new());
    }
    // Only how they are reached matters; whatever else is wrong is told where the whole is assembled.
    let mut open = cluster.clone();
    open.layout = Layout::None;
    open.machines.without_address = Some(WithoutAddress::Skip);
    let Ok(assembly) = assemble(&open, discovery) else { return Ok(Vec::new()) };
    session.make_room_for_host_keys();
    let directory = std::path::absolute(&session.directory).ok();
    let reach = Reach::new(Effective::of(&assembly.inventory), directory.as_deref());
    let mut asked: Vec<(&HostName, &Machine, Ssh)> = Vec::new();
    let mut refused: Vec<String> = Vec::new();
    for host in assembly.report.hosts.iter().filter(|host| host.state == State::Running) {
        let is_meant = |machine: &&Machine| {
            machine.name == host.machine
                && machine.place == host.place
                && machine.namespace == host.namespace
                && machine.id == host.id
        };
        let Some(machine) = discovery.machines.iter().find(is_meant) else { continue };
        match Target::of(&reach, &host.host) {
            Ok(Target::Local) => {}
            Ok(Target::Ssh(ssh)) if ssh.has_password => {
                refused.push(format!("{}: a password is set, which is handed to nobody but Ansible", host.host));
            }
            Ok(Target::Ssh(ssh)) => asked.push((&host.host, machine, ssh)),
            Err(why) => refused.push(format!("{}: {why}", host.host)),
        }
    }
    let mut answers = Vec::with_capacity(asked.len());
    for ((host, ..), answer) in asked.iter().zip(all(&asked)) {
        match answer {
            Ok(answer) => answers.push(answer),
            Err(why) => refused.push(format!("{host}: {why}")),
        }
    }
    if refused.is_empty() {
        return Ok(answers);
    }
    Err(Failure::new(
        format!("`hosts` wants addresses `{{from: ssh}}`, and not every member tells its own: {}", refused.join("; ")),
        "wait for them with `wait --for login`, or take the rule out and write the addresses down",
    ))
}

/// The answers, in order.
fn all(asked: &[(&HostName, &Machine, Ssh)]) -> Vec<Result<GuestAnswer, String>> {
    let deadline = Instant::now() + DEADLINE;
    let next = AtomicUsize::new(0);
    let answers: Vec<Mutex<Option<Result<GuestAnswer, String>>>> = asked.iter().map(|_| Mutex::default()).collect();
    thread::scope(|scope| {
        for _ in 0..asked.len().min(AT_ONCE) {
            scope.spawn(|| {
                while let Some((at, (_, machine, ssh))) =
                    asked.iter().enumerate().nth(next.fetch_add(1, Ordering::Relaxed))
                {
                    let answer = one(machine, ssh, deadline);
                    if let Ok(mut slot) = answers[at].lock() {
                        *slot = Some(answer);
                    }
                }
            });
        }
    });
    let broken = || Err("the question broke off".to_owned());
    answers.into_iter().map(|slot| slot.into_inner().ok().flatten().unwrap_or_else(broken)).collect()
}

fn one(machine: &Machine, ssh: &Ssh, deadline: Instant) -> Result<GuestAnswer, String> {
    let ended = match child::run(&mut ssh.command(QUESTION), deadline) {
        Ok(Some(ended)) => ended,
        Ok(None) => return Err("`ssh` got no answer in time".to_owned()),
        Err(error) => return Err(format!("`ssh` cannot be started: {error}")),
    };
    if let Some(why) = refusal(ssh, &ended) {
        return Err(why);
    }
    let answer = GuestAnswer::of(machine, ended.stdout);
    if answer.has_addresses() { Ok(answer) } else { Err("it prints no addresses".to_owned()) }
}
