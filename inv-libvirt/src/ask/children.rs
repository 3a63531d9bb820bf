//! Programs that libvirt starts for a connection: `ssh`, `nc`, whatever `command=` names.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

/// Ends the programs that a thread of ours started, with all that they started themselves.
///
/// libvirt does it itself when it closes a connection; a thread that it keeps waiting never comes to that, and an `ssh`
/// that waits for a host would outlive us by minutes. Linux tells children by the thread that started them, so that
/// nobody else's are touched.
pub(super) fn end_those_of(thread: Pid) {
    let mut found = children(Pid::as_raw(Some(rustix::process::getpid())), Pid::as_raw(Some(thread)));
    let mut next = 0;
    while let Some(&child) = found.get(next) {
        found.extend(tasks(child).into_iter().flat_map(|task| children(child, task)));
        next += 1;
    }
    for pid in found.into_iter().filter_map(Pid::from_raw) {
        // It may have ended by itself.
        let _ = kill_process(pid, Signal::KILL);
    }
}

/// The children that a thread started; none where the kernel does not tell.
fn children(process: i32, thread: i32) -> Vec<i32> {
    fs::read_to_string(format!("/proc/{process}/task/{thread}/children"))
        .map(|text| text.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).collect())
        .unwrap_or_default()
}

/// The threads of a process.
fn tasks(process: i32) -> Vec<i32> {
    let Ok(entries) = fs::read_dir(format!("/proc/{process}/task")) else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::Command;

    use super::*;

    #[test]
    fn children_of_a_thread_are_ended_and_those_of_others_are_not() {
        let mut other = std::thread::spawn(|| Command::new("sleep").arg("60").spawn().unwrap()).join().unwrap();
        let mut own = Command::new("sh");
        own.args(["-c", "sleep 60 & echo $!; wait"]).stdout(std::process::Stdio::piped());
        let mut own = own.spawn().unwrap();
        let mut line = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(own.stdout.take().unwrap()), &mut line).unwrap();
        end_those_of(rustix::thread::gettid());
        assert_eq!(own.wait().unwrap().signal(), Some(9));
        let grandchild = Pid::from_raw(line.trim().parse().unwrap()).unwrap();
        let is_gone = || {
            let stat = fs::read_to_string(format!("/proc/{}/stat", Pid::as_raw(Some(grandchild)))).unwrap_or_default();
            stat.is_empty() || stat.contains(") Z ")
        };
        assert!((0..200).any(|_| is_gone() || {
            std::thread::sleep(std::time::Duration::from_millis(10));
            false
        }));
        assert!(other.try_wait().unwrap().is_none());
        other.kill().unwrap();
        other.wait().unwrap();
    }
}
