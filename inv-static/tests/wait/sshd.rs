//! `--for login` and `--for cloud-init`, against an `sshd` of our own.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::cluster::{Cluster, ended, machine_here};

/// An `sshd` on this computer that lets its owner in with one key. It ends with the value.
struct Sshd {
    server: Child,
    port: u16,
    directory: TempDir,
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Sshd {
    fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        for key in ["host_key", "user_key", "other_key"] {
            run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(at(key)));
        }
        fs::copy(at("user_key.pub"), at("authorized_keys")).unwrap();
        fs::create_dir(at("bin")).unwrap();
        // As root, `sshd` wants a directory that its package makes at boot.
        let _ = fs::create_dir_all("/run/sshd");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let shown = directory.path().display();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {shown}/host_key\nPidFile none\n\
             AuthorizedKeysFile {shown}/authorized_keys\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nPermitRootLogin yes\nMaxStartups 100\nPrintMotd no\n\
             SetEnv PATH={shown}/bin:/usr/bin:/bin\n"
        );
        fs::write(at("sshd_config"), config).unwrap();
        let public = fs::read_to_string(at("host_key.pub")).unwrap();
        fs::write(at("known_hosts"), format!("[127.0.0.1]:{port} {public}")).unwrap();
        let server = Command::new(sshd())
            .args(["-D", "-e", "-f"])
            .arg(at("sshd_config"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(at("log")).unwrap())
            .spawn()
            .unwrap();
        let sshd = Self { server, port, directory };
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "sshd does not start: {}", sshd.log());
            thread::sleep(Duration::from_millis(50));
        }
        sshd
    }

    fn at(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.at("log")).unwrap_or_default()
    }

    /// A cluster whose one machine is this `sshd`, logged into with a key.
    fn cluster(&self, key: &str, known_hosts: &Path) -> Cluster {
        let user = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
        Cluster::here(
            self.port,
            &format!(
                "ansible_user: {}, ansible_ssh_private_key_file: {}, \
                 ansible_ssh_common_args: '-F /dev/null -o IdentitiesOnly=yes -o UserKnownHostsFile={}'",
                user.trim(),
                self.at(key).display(),
                known_hosts.display()
            ),
        )
    }

    /// A cluster that can log in.
    fn friendly(&self) -> Cluster {
        self.cluster("user_key", &self.at("known_hosts"))
    }

    /// Makes `cloud-init` on the machine a shell script.
    fn cloud_init(&self, script: &str) {
        self.program("cloud-init", script);
    }

    /// Makes a program on the machine a shell script.
    fn program(&self, name: &str, script: &str) {
        let path = self.at("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    }
}

fn sshd() -> PathBuf {
    let candidates = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"];
    candidates.iter().map(PathBuf::from).find(|path| path.exists()).expect("there is no sshd: run `make setup`")
}

fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).status().expect("OpenSSH is not installed: run `make setup`");
    assert!(status.success(), "{command:?}: {status}");
}

#[test]
fn who_can_log_in_is_ready() {
    let sshd = Sshd::start();
    let said = sshd.friendly().wait(&["--for", "login", "--timeout", "60s"]);
    assert_eq!(said.code, Some(0), "{said:?}\n{}", sshd.log());
    assert!(said.stdout.starts_with("1 host is ready (login) after "), "{said:?}");
}

#[test]
fn a_key_that_is_not_accepted_is_not_ready_to_log_in_and_ssh_answers_all_the_same() {
    let sshd = Sshd::start();
    let cluster = sshd.cluster("other_key", &sshd.at("known_hosts"));
    let said = cluster.wait(&["--for", "login", "--timeout", "4s"]);
    assert_eq!(said.code, Some(1), "{said:?}\n{}", sshd.log());
    assert!(said.stdout.contains("Permission denied"), "{said:?}");
    assert_eq!(cluster.wait(&["--for", "ssh", "--timeout", "20s"]).code, Some(0));
}

#[test]
fn an_unknown_host_key_is_never_accepted_for_the_person() {
    let sshd = Sshd::start();
    let empty = sshd.at("nobody_known");
    let said = sshd.cluster("user_key", &empty).wait(&["--for", "login", "--timeout", "4s"]);
    assert_eq!(said.code, Some(1), "{said:?}\n{}", sshd.log());
    assert!(said.stdout.contains("Host key verification failed. Log in once by hand"), "{said:?}");
    assert!(!empty.exists() || fs::read_to_string(&empty).unwrap().is_empty());
}

#[test]
fn host_keys_are_learned_where_the_file_says_so() {
    let sshd = Sshd::start();
    let key = sshd.at("user_key");
    let cluster = Cluster::new(&format!(
        "source:\n  machines:\n    - {}\nhosts: {{host_keys: accept-new}}\n",
        machine_here("node-1", 1, sshd.port, &format!("ansible_ssh_private_key_file: {}", key.display()))
    ));
    let said = cluster.wait(&["--for", "login", "--timeout", "60s"]);
    assert_eq!(said.code, Some(0), "{said:?}\n{}", sshd.log());
    // Names may be hashed there; `ssh-keygen` knows how.
    run(Command::new("ssh-keygen").args(["-F", "node-1", "-f"]).arg(cluster.directory().join(".inv/known_hosts")));
}

#[test]
fn variables_of_an_inventorys_groups_count() {
    let sshd = Sshd::start();
    let user = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
    let inventory = format!(
        "[nodes]\nnode-1 ansible_host=127.0.0.1 ansible_port={}\n\n[nodes:vars]\nansible_user={}\n\
         ansible_ssh_private_key_file={}\nansible_ssh_common_args=-F /dev/null -o UserKnownHostsFile={}\n\n\
         [all:vars]\nansible_user=nobody_here\n",
        sshd.port,
        user.trim(),
        sshd.at("user_key").display(),
        sshd.at("known_hosts").display()
    );
    let cluster = Cluster::new("source: {files: nodes.ini}\n");
    fs::write(cluster.directory().join("nodes.ini"), inventory).unwrap();
    let said = cluster.wait(&["--for", "login", "--timeout", "60s"]);
    assert_eq!(said.code, Some(0), "{said:?}\n{}", sshd.log());
}

#[test]
fn a_machine_behind_a_jump_is_asked_through_it() {
    let sshd = Sshd::start();
    let user = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
    // `ProxyJump` would use a configuration of its own for the machine in between; this is the same in the open.
    let through = format!(
        "ssh -F /dev/null -i {key} -o BatchMode=yes -o UserKnownHostsFile={known} -p {port} -W 127.0.0.1:{port} {user}@127.0.0.1",
        key = sshd.at("user_key").display(),
        known = sshd.at("known_hosts").display(),
        port = sshd.port,
        user = user.trim(),
    );
    let cluster = Cluster::here(
        sshd.port,
        &format!(
            "ansible_user: {user}, ansible_ssh_private_key_file: {key}, \
             ansible_ssh_common_args: '-F /dev/null -o UserKnownHostsFile={known} -o ProxyCommand=\"{through}\"'",
            user = user.trim(),
            key = sshd.at("user_key").display(),
            known = sshd.at("known_hosts").display(),
        ),
    );
    let said = cluster.wait(&["--for", "ssh", "--timeout", "60s"]);
    assert_eq!(said.code, Some(0), "{said:?}\n{}", sshd.log());
}

#[test]
fn a_machine_without_cloud_init_is_ready_with_a_note() {
    let sshd = Sshd::start();
    let said = sshd.friendly().wait(&["--for", "cloud-init", "--timeout", "60s"]);
    assert_eq!(said.code, Some(0), "{said:?}\n{}", sshd.log());
    assert!(said.stdout.ends_with("node-1: there is no cloud-init\n"), "{said:?}");
}

#[test]
fn a_first_boot_is_waited_for() {
    let sshd = Sshd::start();
    let done = sshd.at("done");
    sshd.cloud_init(&format!(
        "if test -e {}; then echo 'status: done'; else echo 'status: running'; fi",
        done.display()
    ));
    let cluster = sshd.friendly();
    let started = Instant::now();
    let waiting = cluster.start(&["--for", "cloud-init", "--timeout", "60s"]);
    thread::sleep(Duration::from_secs(2));
    fs::write(done, "").unwrap();
    let said = ended(waiting, started);
    assert_eq!(said.code, Some(0), "{said:?}\n{}", sshd.log());
    assert!(said.took >= Duration::from_secs(2), "{said:?}");
}

#[test]
fn a_first_boot_that_failed_is_no_and_is_not_waited_for() {
    let sshd = Sshd::start();
    sshd.cloud_init("echo 'status: error'; exit 1");
    let said = sshd.friendly().wait(&["--for", "cloud-init", "--timeout", "60s"]);
    assert_eq!(said.code, Some(1), "{said:?}\n{}", sshd.log());
    assert!(said.stdout.contains("node-1 will not be ready: cloud-init failed"), "{said:?}");
    assert!(said.took < Duration::from_secs(30), "{said:?}");
}

#[test]
fn a_guest_tells_its_own_address_over_a_real_connection() {
    let sshd = Sshd::start();
    sshd.program("ip", "[ \"$2\" = addr ] && echo '3: eth1    inet 172.16.9.9/24 scope global eth1'; exit 0");
    let key = sshd.at("user_key");
    let cluster = Cluster::with_roles(&format!(
        "groups: {{kube_control_plane: all}}\nsource:\n  machines:\n    - {}\n\
         hosts: {{ip: [{{from: ssh}}], host_keys: accept-new}}\n",
        machine_here("node-1", 1, sshd.port, &format!("ansible_ssh_private_key_file: {}", key.display()))
    ));
    let said = cluster.list();
    assert_eq!(said.code, Some(0), "{said:?}\n{}", sshd.log());
    assert!(said.stdout.contains(r#""ip":"172.16.9.9""#), "{said:?}");
    // With a key that is not accepted there is no prompt, and no inventory.
    fs::copy(sshd.at("other_key"), &key).unwrap();
    let said = cluster.list();
    assert_eq!((said.code, said.stdout.as_str()), (Some(1), ""));
    assert!(said.stderr.contains("Permission denied") && said.took < Duration::from_secs(20), "{said:?}");
}
