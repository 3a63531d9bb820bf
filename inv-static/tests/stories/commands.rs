//! The commands around the inventory: `pin`, `diff`, `explain`, `record`, and the rest of the Ansible protocol.

use insta::assert_snapshot;
use serde_json::json;

use crate::lab::{FILE, Lab, List};

const TEXT: &str = "\
# Two racks, one cluster.
cluster: lab   # the name
source:
    machines:
    -   {name: node-1, id: a1, address: 10.0.0.1}   # rack A
    -   {name: node-2, id: a2, address: 10.0.0.2}
groups: {kube_control_plane: all}
";

fn lab() -> Lab {
    Lab::new(TEXT)
}

fn pinned() -> Lab {
    let lab = lab();
    lab.on_file(&["pin"]).text();
    lab
}

#[test]
fn pin_adds_its_lines_and_changes_no_other() {
    let lab = lab();
    let before = lab.read(FILE);
    lab.on_file(&["pin"]).text();
    let after = lab.read(FILE);
    assert_snapshot!(after.strip_prefix(&before).unwrap(), @r"
members:
  - {machine: node-1, id: a1, host: node-1, etcd_member_name: etcd1, address: 10.0.0.1}
  - {machine: node-2, id: a2, host: node-2, etcd_member_name: etcd2, address: 10.0.0.2}
");
    assert_eq!(lab.names(), [FILE], "no temporary file stays");
}

#[test]
fn pin_writes_in_the_place_of_an_older_list_and_keeps_what_stands_after_it() {
    let lab = lab();
    lab.write(
        FILE,
        &format!(
            "{}# The end.\n",
            lab.read(FILE)
                .replace("groups:", "members: # who\n# rack A\n- machine: node-1  # first\n  id: a1\ngroups:")
        ),
    );
    lab.on_file(&["pin", "--add"]).text();
    assert_snapshot!(lab.read(FILE), @r"
#!/usr/bin/env inv-static
plugin: kube_inventory.vms.static
# Two racks, one cluster.
cluster: lab   # the name
source:
    machines:
    -   {name: node-1, id: a1, address: 10.0.0.1}   # rack A
    -   {name: node-2, id: a2, address: 10.0.0.2}
members: # who
# rack A
- machine: node-1  # first
  id: a1
- {machine: node-2, id: a2, host: node-2, etcd_member_name: etcd2, address: 10.0.0.2}
groups: {kube_control_plane: all}
# The end.
");
    assert_eq!(lab.list().hosts("etcd"), "node-1 node-2");
}

#[test]
fn pin_keeps_the_mode_and_the_line_ends() {
    use std::os::unix::fs::PermissionsExt as _;
    let lab = lab();
    // The first line must not end with a carriage return: nobody could start the file.
    let text = lab.read(FILE);
    let (shebang, rest) = text.split_once('\n').unwrap();
    lab.write(FILE, &format!("{shebang}\n{}", rest.replace('\n', "\r\n")));
    std::fs::set_permissions(lab.path(FILE), std::fs::Permissions::from_mode(0o750)).unwrap();
    lab.on_file(&["pin"]).text();
    assert_eq!(lab.mode(FILE), 0o750);
    let text = lab.read(FILE);
    let added = text.lines().filter(|line| line.contains("machine: ")).count();
    assert_eq!(added, 2);
    assert_eq!(text.matches('\n').count() - 1, text.matches("\r\n").count(), "{text:?}");
    assert_eq!(lab.list().hosts("etcd"), "node-1 node-2");
}

#[test]
fn pin_through_a_link_changes_the_file_and_keeps_the_link() {
    let lab = lab();
    std::os::unix::fs::symlink(lab.path(FILE), lab.path("link.static.yml")).unwrap();
    lab.run(&["link.static.yml", "pin"]).text();
    assert!(lab.path("link.static.yml").is_symlink());
    assert!(lab.read(FILE).contains("machine: node-2"));
}

#[test]
fn pin_without_an_option_pins_once() {
    let lab = lab();
    assert_snapshot!(lab.on_file(&["pin", "--add"]).failure(2), @"nothing is pinned yet; run `pin` without an option first");
    lab.on_file(&["pin"]).text();
    assert_snapshot!(lab.on_file(&["pin"]).failure(2), @"lab.static.yml has `members` already; use `pin --add` to append new machines, `pin --existing` to renew ids and addresses");
    assert_snapshot!(lab.on_file(&["pin", "--add"]).text(), @"lab.static.yml: the 2 members are as pinned");
    assert_snapshot!(lab.run(&["pin"]).failure(2), @"`pin` needs a cluster file; name it first: `inv-static FILE pin`; `inv-static init` writes one");
    assert_snapshot!(lab.on_file(&["pin", "--add", "--existing"]).failure(2), @"the argument '--add' cannot be used with '--existing'; `inv-static --help` lists what there is");
}

#[test]
fn pin_existing_renews_ids_and_addresses_and_nothing_else() {
    let lab = pinned();
    lab.edit("{machine: node-2, id: a2, host: node-2,", "{machine: node-2, id: a2, host: db,");
    lab.edit("etcd_member_name: etcd2, address: 10.0.0.2}", "etcd_member_name: etcd2, address: 10.0.0.2}  # slow disk");
    lab.edit("name: node-2, id: a2, address: 10.0.0.2", "name: node-2, id: b2, address: 10.0.0.22");
    lab.refusal();
    lab.on_file(&["pin", "--existing"]).text();
    let list = lab.list();
    assert_eq!(list.hosts("etcd"), "node-1 db");
    assert_eq!(list.var("db", "ansible_host"), "10.0.0.22");
    assert!(
        lab.read(FILE)
            .contains("machine: node-2, id: b2, host: db, etcd_member_name: etcd2, address: 10.0.0.22}  # slow disk\n")
    );
}

#[test]
fn pin_existing_neither_adds_nor_forgets() {
    let lab = pinned();
    lab.edit("groups:", "    -   {name: node-3, address: 10.0.0.3}\ngroups:");
    assert_snapshot!(lab.on_file(&["pin", "--existing"]).failure(1), @"node-3 (source.machines, running) belongs to the cluster and is not listed in `members`; `pin --add` appends it; if it does not belong, add node-3 to `except` under `machines`");
}

#[test]
fn a_failed_pin_leaves_the_file_alone() {
    let lab = lab();
    lab.edit("id: a2, address: 10.0.0.2", "id: a2, state: stopped");
    let before = lab.read(FILE);
    lab.on_file(&["pin"]).failure(1);
    assert_eq!(lab.read(FILE), before);
    assert_eq!(lab.names(), [FILE]);
}

#[test]
fn diff_is_silent_where_nothing_changed() {
    assert_eq!(pinned().on_file(&["diff"]).text(), "");
}

#[test]
fn diff_lists_what_became_of_the_members() {
    let lab = Lab::new(
        "source:\n  machines:\n\
         \x20   - {name: n1, id: a1, address: 10.0.0.1}\n    - {name: n2, id: a2, address: 10.0.0.2}\n\
         \x20   - {name: n3, id: a3, address: 10.0.0.3}\n    - {name: n4, id: a4, address: 10.0.0.4}\n\
         groups: {kube_control_plane: all}\n",
    );
    lab.on_file(&["pin"]).text();
    lab.edit("{name: n1, id: a1, address: 10.0.0.1}", "{name: n1, id: b1, address: 10.0.0.1}");
    lab.edit("{name: n2, id: a2, address: 10.0.0.2}", "{name: n2, id: a2, address: 10.0.0.2, state: stopped}");
    lab.edit("{name: n3, id: a3, address: 10.0.0.3}", "{name: n3, id: a3, address: 10.0.0.33}");
    lab.edit("{name: n4, id: a4, address: 10.0.0.4}\ngroups", "{name: n0, id: a0, address: 10.0.0.9}\ngroups");
    assert_snapshot!(lab.on_file(&["diff"]).no(), @r"
! n1: re-created; its id was a1 and is b1
! n2: is stopped
! n3: had the address 10.0.0.3, has 10.0.0.33
- n4: does not exist
+ n0: belongs and is not listed
");
}

#[test]
fn diff_tells_a_member_that_the_file_itself_leaves_out() {
    let lab = pinned();
    lab.edit("groups:", "machines: {except: [node-2]}\ngroups:");
    assert_snapshot!(lab.on_file(&["diff"]).no(), @"! node-2: is listed, and `machines` leaves it out: `except` has node-2");
}

#[test]
fn diff_with_a_silent_place_is_no_or_unknown_and_never_yes() {
    let lab = Lab::new("source: {files: {hv1: a.ini, hv2: b.ini}}\ngroups: {kube_control_plane: all}\n")
        .with("a.ini", "n1 ansible_host=10.0.0.1\n")
        .with("b.ini", "n2 ansible_host=10.0.0.2\n");
    lab.on_file(&["pin"]).text();
    std::fs::remove_file(lab.path("a.ini")).unwrap();
    assert_snapshot!(lab.on_file(&["diff"]).failure(2), @"no difference is seen, but not everything: n1: not found, and a place cannot be read; hv1: a.ini cannot be read: No such file or directory (os error 2); ask again when it answers");
    lab.write("b.ini", "n2 ansible_host=10.0.0.9\n");
    assert_snapshot!(lab.on_file(&["diff"]).no(), @r"
? n1: not found, and a place cannot be read
! n2: had the address 10.0.0.2, has 10.0.0.9
? hv1: a.ini cannot be read: No such file or directory (os error 2)
");
}

#[test]
fn diff_compares_with_an_old_inventory() {
    let old = "\
[all]
node-1 ansible_host=10.0.0.1 ip=10.0.0.1 etcd_member_name=etcd1
node-2 ansible_host=10.0.0.7
gone ansible_host=10.0.0.8
[kube_control_plane]
node-2
node-1
[etcd]
node-1
node-2
[storage]
gone
";
    let lab = lab().with("old.ini", old);
    assert_snapshot!(lab.on_file(&["diff", "old.ini"]).no(), @r"
- host gone
! node-2: ansible_host was 10.0.0.7, is 10.0.0.2
! group kube_control_plane: was node-2, node-1; is node-1, node-2
- group storage
+ group kube_node
");
    let same = "\
node-1 ansible_host=10.0.0.1
node-2 ansible_host=10.0.0.2
[kube_control_plane]
node-1
node-2
[kube_node]
node-1
node-2
[etcd]
node-1
node-2
[k8s_cluster:children]
kube_control_plane
kube_node
";
    lab.write("old.ini", same);
    assert_eq!(lab.on_file(&["diff", "old.ini"]).text(), "");
}

#[test]
fn diff_that_cannot_find_out_exits_with_2() {
    let lab = lab();
    assert_snapshot!(lab.on_file(&["diff"]).failure(2), @"nothing is pinned, so there is nothing to compare with; name an inventory (`diff INVENTORY`), or write `members` with `pin`");
    assert_snapshot!(lab.on_file(&["diff", "nowhere.ini"]).failure(2), @"nowhere.ini cannot be read: No such file or directory (os error 2); check the path");
    lab.write("old.ini", "[a\n");
    assert_snapshot!(lab.on_file(&["diff", "old.ini"]).failure(2), @"old.ini:1:1: `[a` names no hosts: its brackets do not form one range; write `name[1:3]`, or an address with a port as `[2001:db8::1]:22`");
}

#[test]
fn explain_says_why_for_every_host() {
    let lab = Lab::new(
        "source:\n  machines:\n    - name: cp-1\n      id: f4db\n      interfaces:\n\
         \x20       - {name: cali12ab, addresses: [10.42.0.1]}\n\
         \x20       - {name: eth0, network: lan, addresses: [fe80::1, 10.0.0.1]}\n\
         \x20   - {name: cp-2, address: 10.0.0.2}\n    - {name: spare, address: 10.0.0.3}\n\
         machines: {except: [spare]}\nhosts: {name: \"{cluster}-{number}\"}\n",
    );
    assert_snapshot!(lab.on_file(&["explain"]).text(), @r#"
lab: 2 hosts, nothing is pinned: names decide who is who, and `pin` writes it down

lab-1
  machine   cp-1 (source.machines), running
  id        f4db
  name      from the template `hosts.name`
  address   10.0.0.1
            10.42.0.1 (static on cali12ab) never: a CNI made this interface inside the guest
            fe80::1 (static on eth0 in lan) never: link-local, which needs a zone
            10.0.0.1 (static on eth0 in lan) chosen, the first in the source's order
  ip        10.0.0.1: the address is the guest's own
  groups    kube_control_plane: the word "cp" in its name
            etcd: nothing says otherwise, so etcd runs on the control plane
            kube_node: there is no other host, so pods run on the control plane

lab-2
  machine   cp-2 (source.machines), running
  name      from the template `hosts.name`
  address   10.0.0.2
            10.0.0.2 (static) chosen, the first in the source's order
  ip        10.0.0.2: the address is the guest's own
  groups    kube_control_plane: the word "cp" in its name
            etcd: nothing says otherwise, so etcd runs on the control plane
            kube_node: there is no other host, so pods run on the control plane

left out
  spare (source.machines): `except` has spare
"#);
    assert_snapshot!(lab.on_file(&["explain", "cp-1"]).text().lines().next().unwrap(), @"lab-1");
    assert_snapshot!(lab.on_file(&["explain", "spare"]).text(), @"spare (source.machines) is left out: `except` has spare");
    assert_snapshot!(lab.on_file(&["explain", "lab-3"]).failure(2), @"no host or machine is called lab-3; did you mean lab-1?");
}

#[test]
fn host_gives_the_variables_of_one_host() {
    let lab = lab();
    let of = |arguments: &[&str]| serde_json::from_str::<serde_json::Value>(&lab.on_file(arguments).text()).unwrap();
    assert_eq!(&of(&["--host", "node-2"]), lab.list().vars("node-2"));
    assert_eq!(of(&["--host", "nobody"]), json!({}));
    assert_eq!(of(&["--host=pin"]), json!({}), "a host may be called like a command");
    assert_eq!(of(&["--host", "pin"]), json!({}));
    assert_snapshot!(lab.on_file(&["--host", "a", "--list"]).failure(2), @"the argument '--host <NAME>' cannot be used with '--list'; `inv-static --help` lists what there is");
}

#[test]
fn no_arguments_but_the_file_mean_list_and_pretty_is_the_same_document() {
    let lab = lab();
    assert_eq!(List::parse(&lab.on_file(&[]).text()), lab.list());
    let pretty = lab.on_file(&["--pretty"]).text();
    assert!(pretty.lines().count() > 10);
    assert_eq!(List::parse(&pretty), lab.list());
    assert_eq!(lab.on_file(&[]).text().lines().count(), 1);
}

#[test]
fn a_recorded_cluster_replays_without_its_source() {
    let lab = Lab::new("source: {files: inv.ini}\nhosts: {name: \"{name}-x\"}\n").with(
        "inv.ini",
        "cp1 ansible_host=10.0.0.1 ansible_password=hunter2 ansible_ssh_pass=hunter2 zone=b\n[all:vars]\nvault_token=hunter2\nregistry={'user': 'me', 'password': 'hunter2'}\nkube_token_auth=True\nsite=\"{{ lab }}\"\n[kube_control_plane]\ncp1\n",
    );
    let before = lab.list();
    let snapshot = lab.on_file(&["record"]).text();
    assert!(!snapshot.contains("hunter2"), "{snapshot}");
    lab.write("snapshot.json", &snapshot);
    std::fs::remove_file(lab.path("inv.ini")).unwrap();
    let after = List::parse(&lab.on_file(&["--replay", "snapshot.json"]).text());
    assert_eq!(after.hosts("kube_control_plane"), "cp1-x");
    assert_eq!(after.var("cp1-x", "zone"), before.var("cp1-x", "zone"));
    // A snapshot may be anybody's, so what was a template in it is text.
    assert_eq!(after.group_var("all", "site"), &json!({"__ansible_unsafe": "{{ lab }}"}));
    assert_eq!(after.group_var("all", "registry"), &json!({"user": "me"}), "secrets inside values are secrets");
    assert_eq!(after.group_var("all", "kube_token_auth"), &json!(true), "a switch is none");
    assert_eq!(before.var("cp1-x", "ansible_password"), &json!("hunter2"), "the user's own reaches --list");
    // A snapshot is a static source's file too.
    lab.rewrite("source: {files: snapshot.json}\nlayout: none\n");
    assert_eq!(lab.list().var("cp1", "ansible_host"), &json!("10.0.0.1"));
    lab.write("snapshot.json", &snapshot.replace("\"source\": \"static\"", "\"source\": \"libvirt\""));
    assert_snapshot!(lab.on_file(&["--replay", "snapshot.json"]).failure(1), @"snapshot.json was recorded by inv-libvirt, not by inv-static; replay it with inv-libvirt");
}

#[test]
fn env_prints_what_makes_ansible_strict() {
    let lab = lab();
    let directory = std::fs::canonicalize(lab.path(".")).unwrap();
    let text = lab.on_file(&["env"]).text().replace(directory.to_str().unwrap(), "/DIR");
    assert_snapshot!(text, @r"
export ANSIBLE_INVENTORY=/DIR/lab.static.yml
export ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=1
export ANSIBLE_CACHE_PLUGIN_CONNECTION=/DIR/.inv/facts
");
    assert_snapshot!(lab.run(&["env"]).failure(2), @"`env` needs a cluster file; name it first: `inv-static FILE env`; `inv-static init` writes one");
}

#[test]
fn a_wrong_word_on_the_command_line_is_a_usage_error() {
    let lab = lab();
    assert_snapshot!(lab.on_file(&["--lsit"]).failure(2), @"unexpected argument '--lsit' found; a similar argument exists: '--list'");
    assert_snapshot!(lab.on_file(&["plan-it"]).failure(2), @"unrecognized subcommand 'plan-it'; some similar subcommands exist: 'explain', 'plan'");
    assert_snapshot!(lab.run(&["nowhere.yml"]).failure(1), @"nowhere.yml cannot be read: No such file or directory (os error 2); check the path");
}

#[test]
fn a_file_that_ansible_could_not_start_is_refused() {
    let lab = lab();
    std::fs::set_permissions(lab.path(FILE), std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    assert_snapshot!(lab.refusal(), @"lab.static.yml:1:1: the file is not executable, so Ansible cannot start it; run `chmod +x lab.static.yml`");
    lab.make_executable(FILE);
    lab.edit("#!/usr/bin/env inv-static\n", "");
    assert_snapshot!(lab.refusal(), @"lab.static.yml:1:1: the first line is not `#!/usr/bin/env inv-static`, so Ansible cannot start this file; make the first line `#!/usr/bin/env inv-static`");
    lab.write(FILE, "#!/usr/bin/env inv-static\n---\ncluster: x\n");
    assert_snapshot!(lab.refusal(), @"lab.static.yml:1:1: `plugin:` is missing, so Ansible would parse this file as an inventory of its own; write `plugin: kube_inventory.vms.static` at the top");
    lab.write(FILE, "#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.libvirt\n");
    assert_snapshot!(lab.refusal(), @"lab.static.yml:2:9: this file is for `inv-libvirt`; run it with inv-libvirt");
    lab.write(FILE, "#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.statik\n");
    assert_snapshot!(lab.refusal(), @r#"lab.static.yml:2:9: this file is for a plugin "kube_inventory.vms.statik" that is not ours; write `plugin: kube_inventory.vms.static`"#);
    lab.write(FILE, "#!/usr/bin/env inv-static\r\nplugin: kube_inventory.vms.static\r\n");
    assert_snapshot!(lab.refusal(), @r#"lab.static.yml:1:26: the first line ends with a carriage return (Windows line ends), so the system looks for a program called "inv-static\r"; save it with Unix line ends, for example with `sed -i 's/\r$//' lab.static.yml`"#);
}
