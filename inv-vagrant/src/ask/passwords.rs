//! What Vagrant's Ansible provisioner left behind, reduced to what is read of it before anybody sees it.
//!
//! Vagrant writes passwords and all the `host_vars` of a Vagrantfile into it, without escaping anything
//! (`winrm_inventory_machine` and `get_inventory_host_vars_string` in its source). Which of them are secrets nobody can
//! tell by their names, so only what is known to be none stays, and of a line that cannot be cut into words nothing
//! behind its fault.

use std::net::IpAddr;

use inventory_core::ansible::shlex::{self, Unfinished, Word};

/// The variables that are read.
const READ: [&str; 8] = [
    "ansible_connection",
    "ansible_host",
    "ansible_private_key_file",
    "ansible_ssh_host",
    "ansible_ssh_private_key_file",
    "ansible_ssh_user",
    "ansible_user",
    "ip",
];

/// What stands for text that is not shown, where Ansible would refuse it: the fault stays, its words do not.
const HIDDEN: &str = "...";

/// Which lines of the file a line is among.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    /// Before all groups: the machines, each with its variables.
    Machines,
    /// The members of a group.
    Members,
    Children,
    Variables,
}

/// The text with nothing in it but what is read. Lines stay where they are.
pub(super) fn taken_out(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut section = Section::Machines;
    for line in text.split_inclusive('\n') {
        let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
        let trimmed = body.trim();
        if trimmed.starts_with('[') {
            section = opened(trimmed);
            kept.push_str(if is_header(trimmed) { trimmed } else { "[..." });
        } else if trimmed.starts_with(['#', ';']) {
            kept.push_str(missing(trimmed));
        } else if !trimmed.is_empty() {
            match section {
                Section::Machines => kept.push_str(&machine(trimmed)),
                Section::Members | Section::Children => kept.push_str(&member(trimmed)),
                Section::Variables if trimmed.contains('=') => {}
                Section::Variables => kept.push_str(HIDDEN),
            }
        }
        kept.push_str(end);
    }
    kept
}

fn opened(header: &str) -> Section {
    match header.trim_end_matches(']').rsplit_once(':') {
        Some((_, "vars")) => Section::Variables,
        Some((_, "children")) => Section::Children,
        _ => Section::Members,
    }
}

fn is_header(text: &str) -> bool {
    let name = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    name.is_some_and(|name| !name.contains(|c: char| c.is_whitespace() || "'\"[]{}=,".contains(c)))
}

/// Of a comment what says that Vagrant missed a machine: `# MISSING: 'NAME' machine was ...`.
fn missing(comment: &str) -> &str {
    let name = comment.strip_prefix("# MISSING: '").and_then(|rest| rest.find('\''));
    name.map_or("", |length| &comment[..=length + "# MISSING: '".len()])
}

/// A line of a group's: a machine, or another group. What is behind the name, Vagrant does not write.
fn member(line: &str) -> String {
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let is_name = !name.contains(['\'', '"', '=', '{', '}', ',']);
    match (is_name, rest.is_empty()) {
        (true, true) => name.to_owned(),
        (true, false) => machine(line),
        (false, _) => HIDDEN.to_owned(),
    }
}

/// A machine's line with what is read of it. One without any of that is no machine's, but a line of somebody's value.
fn machine(line: &str) -> String {
    let (words, is_whole) = words(line);
    let Some((name, variables)) = words.split_first() else { return String::new() };
    let raw = |word: &Word<'_>| line[word.place.clone()].to_owned();
    let read: Vec<String> = variables.iter().filter(|word| is_read(word)).map(raw).collect();
    if read.is_empty() {
        return if is_whole { String::new() } else { HIDDEN.to_owned() };
    }
    let hidden = (!is_whole).then(|| HIDDEN.to_owned());
    [raw(name)].into_iter().chain(read).chain(hidden).collect::<Vec<_>>().join(" ")
}

/// The words of a line as far as Ansible would read them, and whether that is to its end.
fn words(line: &str) -> (Vec<Word<'_>>, bool) {
    let (mut words, is_cut) = match shlex::split(line) {
        Ok(words) => (words, false),
        Err(Unfinished::Quote(at) | Unfinished::Escape(at)) => {
            let mut words = shlex::split(&line[..at]).unwrap_or_default();
            // The word with the fault began before it.
            words.pop_if(|word| word.place.end == at);
            (words, true)
        }
    };
    let sound = words.iter().skip(1).position(|word| word.equals.is_none());
    words.truncate(sound.map_or(words.len(), |position| position + 1));
    (words, !is_cut && sound.is_none())
}

fn is_read(word: &Word<'_>) -> bool {
    match word.assignment() {
        Some(("ip", value)) => value.parse::<IpAddr>().is_ok(),
        Some(("ansible_port" | "ansible_ssh_port", value)) => value.parse::<u16>().is_ok(),
        Some((name, _)) => READ.contains(&name),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_taken_out_and_what_is_behind_it_stays() {
        let line = "win ansible_connection=winrm ansible_host=h ansible_port=5985 ansible_user='v' ansible_password='s3cret' ip=10.0.0.1\n";
        assert_eq!(
            taken_out(line),
            "win ansible_connection=winrm ansible_host=h ansible_port=5985 ansible_user='v' ip=10.0.0.1\n"
        );
        assert_eq!(taken_out("a ansible_ssh_pass=s3cret ip=10.0.0.1"), "a ip=10.0.0.1");
        assert_eq!(taken_out("a ansible_become_password=\"s3 cret\""), "");
    }

    #[test]
    fn whatever_a_password_is_made_of_nothing_of_it_stays() {
        for secret in [
            "s3cret",
            "it's s3cret",
            "s3'cret",
            "' x='s3cret",
            "' ip='s3cret",
            "a b s3cret",
            "\\' s3cret",
            "s3cret#",
            "\"s3cret",
            "a' s3cret",
            "-----BEGIN KEY-----\nMIIs3cret\nx=s3cret\n[\"s3cret\"]\n[s3 cret]\n-----END KEY-----",
        ] {
            for tail in ["", " ip=10.0.0.1"] {
                for quote in ["'", "\"", ""] {
                    let line =
                        format!("w ansible_user='v' db_url={quote}{secret}{quote}{tail}\n[all:vars]\nx={secret}\n");
                    let kept = taken_out(&line);
                    assert!(!kept.contains("cret"), "{line:?} {kept:?}");
                    assert!(kept.starts_with("w ansible_user='v'"), "{kept:?}");
                }
            }
        }
    }

    #[test]
    fn groups_stay_and_their_variables_do_not() {
        let text = "# s3cret\n[g]\na\nb[1:2]\nc ansible_password=s3cret ip=10.0.0.1\n\"s3cret\",\n[g:vars]\n\
                    http_proxy=http://u:s3cret@p\ns3cret\n[h:children]\ng\n";
        assert_eq!(taken_out(text), "\n[g]\na\nb[1:2]\nc ip=10.0.0.1\n...\n[g:vars]\n\n...\n[h:children]\ng\n");
    }

    #[test]
    fn what_ansible_refuses_is_still_refused() {
        let captured = "master ansible_host=192.168.121.168 ansible_ssh_private_key_file='/k' hash=a#b list=[\"x\", \"y\"]\n\
                        # MISSING: 'x' machine was probably removed\nb ip=10.0.0.1 broken='\n\
                        c ip=10.0.0.1 list=[\"x\", \"y\"] ansible_user=late\n";
        assert_eq!(
            taken_out(captured),
            "master ansible_host=192.168.121.168 ansible_ssh_private_key_file='/k'\n# MISSING: 'x'\nb ip=10.0.0.1 ...\n\
             c ip=10.0.0.1 ...\n"
        );
    }
}
