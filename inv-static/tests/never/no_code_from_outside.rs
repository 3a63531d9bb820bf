//! Text that the user did not write never runs, wherever it comes in; what the user wrote stays a template.
//!
//! Each payload makes a file of its own. The same payloads written by the user do run, in the same test, which proves that
//! it would notice: a lookup in every version, split braces up to 2.18, a header that changes the delimiters from 2.15 on.

use std::collections::BTreeSet;
use std::path::Path;

use ansible_referee::{Ansible, Session};
use serde_json::{Value, json};

use crate::bench::{Bench, refusal, session, set_mode, strict_session};

/// A template that leaves a file called `name` where it is evaluated.
fn payload(marks: &Path, name: &str) -> String {
    format!("{{{{ lookup('pipe', 'touch {}') }}}}", marks.join(name).display())
}

/// The same without a `{{` or `{%`.
fn header(marks: &Path, name: &str) -> String {
    let touch = format!("lookup('pipe', 'touch {}')", marks.join(name).display());
    format!("#jinja2:variable_start_string:'[%', variable_end_string:'%]'\n[% {touch} %]")
}

/// The second half of a template whose first half is `{`.
fn half(marks: &Path, name: &str) -> String {
    payload(marks, name)[1..].to_owned()
}

fn marks_in(directory: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Tags with every payload there is, as labels, metadata or a snapshot have them.
fn hostile_tags(marks: &Path, from: &str) -> Value {
    let named = |name: &str| format!("{from}-{name}");
    json!({
        "rack": payload(marks, &named("tag")),
        "header": header(marks, &named("header")),
        "half": half(marks, &named("half")),
        "statement": format!("{{% if {} %}}{{% endif %}}", payload(marks, &named("statement")).trim_matches(['{', '}'])),
        "endraw": format!("{{% endraw %}}{}{{% raw %}}", payload(marks, &named("endraw"))),
        "comment": format!("{{# #}}{}", payload(marks, &named("comment"))),
        payload(marks, &named("key")): "a key",
        "__ansible_vault": payload(marks, &named("vault")),
        "__ansible_unsafe": payload(marks, &named("unsafe")),
        "ansible_connection": "local",
        "ansible_ssh_common_args": "-o ProxyCommand=touch",
    })
}

fn vmi(marks: &Path) -> String {
    let instance = json!({
        "kind": "VirtualMachineInstance",
        "metadata": {
            "name": "vmi-1",
            "namespace": payload(marks, "vmi-namespace"),
            "uid": payload(marks, "vmi-id"),
            "labels": hostile_tags(marks, "vmi"),
            "annotations": {"ansible_connection": "local"},
        },
        "spec": {"domain": {"devices": {"interfaces": [{"name": "default", "bridge": {}}]}},
                 "networks": [{"name": "default", "pod": {}}]},
        "status": {"phase": "Running", "interfaces": [
            {"name": "default", "interfaceName": payload(marks, "vmi-interface"),
             "ipAddresses": ["-oProxyCommand=touch x", payload(marks, "vmi-address"), "10.0.0.1"]}]},
    });
    json!({"kind": "List", "items": [instance]}).to_string()
}

/// A snapshot by hand that claims to be the user's own word in every way the format has.
fn snapshot(marks: &Path) -> String {
    let machine = json!({
        "name": "snap-1",
        "named_by": "user",
        "id": payload(marks, "snap-id"),
        "place": payload(marks, "snap-place"),
        "namespace": payload(marks, "snap-namespace"),
        "created": payload(marks, "snap-created"),
        "reach": {"address": "10.0.0.2", "user": "ubuntu", "as_inventory_says": true},
        "tags": hostile_tags(marks, "snap"),
        "vars": {
            "ansible_host": "10.0.0.2",
            "ansible_user": "ubuntu",
            "ansible_connection": "local",
            "ansible_ssh_common_args": "-o ProxyCommand=touch",
            "stolen": payload(marks, "snap-var"),
            "deep": {"list": [payload(marks, "snap-deep")]},
        },
        "origin": payload(marks, "snap-origin"),
    });
    let stolen = json!({"stolen_by_group": payload(marks, "snap-group-var"), "ansible_connection": "local"});
    json!({
        "format": 1, "source": "static", "taken": payload(marks, "snap-taken"), "raw": null,
        "discovery": {
            "machines": [machine],
            "groups": {"snapped": {"hosts": [0], "vars": stolen}},
            "vars": {"stolen_by_all": payload(marks, "snap-all-var")},
        },
    })
    .to_string()
}

/// The user's own settings, which fill outside text into values of the user's.
fn settings(marks: &Path) -> Value {
    let control = json!({
        "control": payload(marks, "control"),
        "control_header": header(marks, "control-header"),
        "control_open": "{",
        "control_half": half(marks, "control-half"),
    });
    let filled = json!({
        "filled": "rack {tag:rack}",
        "filled_whole": "{tag:rack}",
        "filled_header": "{tag:header}",
        "filled_deep": {"list": ["in {tag:rack}", {"map": "{namespace}/{place}"}]},
        "filled_half": "{tag:half}",
        "filled_endraw": "{tag:endraw}",
        "open": "{",
        "mine": "{{ 6 * 7 }}",
        "mine_of_each": "{{ 'n' ~ 6 * 7 }}-{index}",
    });
    let all: serde_json::Map<String, Value> =
        control.as_object().unwrap().clone().into_iter().chain(filled.as_object().unwrap().clone()).collect();
    json!({
        "layout": "none",
        "source": {"files": {
            "lab {{ place }}": "vmi.json",
            payload(marks, "user-place"): "snapshot.json",
            "rack": "machines.txt",
        }},
        "machines": {"names": ["vmi*", "snap*"]},
        "hosts": {"vars": all},
        "groups": {"filled_group": {"names": ["*"], "host_vars": {"filled_by_group": "{tag:rack} {name}"}}},
    })
}

/// Looks at everything that came from outside in the ways playbooks do: shown, in a text, in a loop, put together,
/// filtered, kept as a fact, through `hostvars`, between raw marks.
const PLAY: &str = r#"- hosts: all
  gather_facts: false
  tasks:
    - debug: {var: "hostvars[inventory_hostname]"}
    - debug: {msg: "{{ item }} {{ lookup('vars', item) }} {{ lookup('vars', item) | string | upper }}"}
      loop: &names [inv_name, inv_id, inv_place, inv_namespace, inv_tags, filled, filled_whole, filled_header,
                    filled_deep, filled_half, filled_endraw, filled_by_group]
    - debug: {msg: "{{ inv_tags.keys() | list }} {{ inv_tags.values() | list }} {{ group_names }} {{ inventory_hostname }}"}
    - debug: {msg: "{{ 'a' ~ hostvars[item].filled_whole ~ hostvars[item].inv_tags.rack }}"}
      loop: "{{ groups.all }}"
    - set_fact:
        joined: "{{ open ~ filled_half }}"
        joined_tag: "{{ open ~ inv_tags.half }}"
        kept: "{{ filled_whole }}"
        kept_header: "{{ filled_header }}"
        kept_raw: "{% raw %}{{ inv_tags.rack }}{% endraw %}"
        of_all: "{{ inv_tags }}"
    - debug: {msg: "{{ item }}"}
      loop: ["{{ joined }}", "{{ joined_tag }}", "{{ kept }}", "{{ kept_header }}", "{{ kept_raw }}", "{{ of_all }}"]
    - debug: {var: of_all.rack}
    - assert:
        that:
          - filled_whole is search('lookup')
          - inv_tags.inv__ansible_vault is search('lookup')
          - filled_deep.list[0] is search('in ..')
          - mine | int == 42
          - mine_of_each is match('n42-[12]')
          - stolen is undefined and deep is undefined and stolen_by_group is undefined and stolen_by_all is undefined
          - ansible_connection | default('ssh') != 'local'
          - not ansible_ssh_common_args | default('')
"#;

/// The user's own payloads, to see that they run.
const CONTROL: &str = r#"- hosts: vmi-1
  gather_facts: false
  tasks:
    - debug: {var: control}
    - debug: {var: control_header}
    - set_fact: {joined: "{{ control_open ~ control_half }}"}
    - debug: {var: joined}
"#;

/// Plays a text on the bench's inventory, which must go well.
fn play(session: &Session, inventory: &Path, text: &str) {
    let path = session.home().join("play.yml");
    std::fs::write(&path, text).unwrap();
    let played = session.playbook(["-i".as_ref(), inventory.as_os_str(), path.as_os_str()]);
    let went_well = played.status.success() && !played.stderr.contains("[ERROR]");
    assert!(went_well, "{}\n{}", played.stdout, played.stderr);
}

#[test]
fn text_from_outside_never_runs_and_the_users_own_does() {
    for ansible in Ansible::ALL {
        let marks = tempfile::tempdir().unwrap();
        let marks = marks.path();
        let bench = Bench::of(&settings(marks))
            .with("vmi.json", vmi(marks))
            .with("snapshot.json", snapshot(marks))
            .with("machines.txt", "10.0.0.3 server.lan {{x}} 10.200.0.0/24\n");
        let session = strict_session(ansible);

        play(&session, &bench.file(), PLAY);
        play(&session, &bench.file(), CONTROL);
        let second = if ansible == Ansible::Old { "control-half" } else { "control-header" };
        assert_eq!(marks_in(marks), ["control", second].map(str::to_owned).into(), "{ansible:?}");
    }
}

/// What `--replay` gives, as a document that Ansible reads.
#[test]
fn a_replayed_snapshot_never_runs() {
    let bench = Bench::new("layout: none\nsource: {addresses: [10.0.0.9]}\n");
    for ansible in Ansible::ALL {
        let marks = tempfile::tempdir().unwrap();
        let marks = marks.path();
        std::fs::write(bench.path("snapshot.json"), snapshot(marks)).unwrap();
        let replayed = bench.run(["--replay", "snapshot.json", "--list"]);
        assert!(replayed.status.success() && replayed.stderr.is_empty(), "{replayed:?}");
        let script = bench.path("replayed.sh");
        let document = String::from_utf8(replayed.stdout).unwrap();
        std::fs::write(&script, format!("#!/bin/sh\ncat <<'END'\n{document}END\n")).unwrap();
        set_mode(&script, 0o755);

        let text = "- hosts: all
  gather_facts: false
  tasks:
    - debug: {var: 'hostvars[inventory_hostname]'}
    - debug: {msg: '{{ stolen }} {{ deep }} {{ stolen_by_group }} {{ stolen_by_all }} {{ inv_tags }}'}
    - assert: {that: [ansible_connection | default('ssh') != 'local', ansible_user == 'ubuntu', ansible_host == '10.0.0.2']}
";
        play(&session(ansible), &script, text);
        assert_eq!(marks_in(marks), BTreeSet::new(), "{ansible:?}");
    }
}

#[test]
fn a_name_that_is_a_template_an_option_or_a_mark_is_refused() {
    for name in [
        "{{ lookup('pipe', 'id') }}",
        "-oProxyCommand=touch x",
        "#jinja2:x",
        "a b",
        "a\nb",
        "a,b",
        "!a",
        "../../etc/passwd",
        "日本",
        "node\u{202e}1",
        "__ansible_vault",
        "__ansible_unsafe",
        "all",
        "ungrouped",
        "_meta",
        "localhost",
        "LOCALHOST",
        "127.0.0.1",
        "",
    ] {
        let machine = json!({"name": name, "named_by": "user", "reach": {"address": "10.0.0.1"}, "origin": "o"});
        let document = json!({"format": 1, "source": "static", "taken": "", "raw": null,
                              "discovery": {"machines": [machine]}});
        let bench = Bench::new("layout: none\nsource: {files: s.json}\n").with("s.json", document.to_string());
        let why = bench.refused();
        assert!(why.contains("hosts.names"), "{name:?}: {why}");
    }
}

#[test]
fn a_name_from_outside_never_writes_a_line_of_its_own() {
    let outside = "x\u{1b}[31m\nlab-1\n  address   10.6.6.6";
    let machine = |name: &str, ip: &str| {
        json!({"name": name, "named_by": "outside", "origin": outside, "id": outside, "place": outside,
               "reach": {"address": ip}})
    };
    let machines = json!([machine("n1", "10.0.0.1"), machine(outside, "10.0.0.2")]);
    let document =
        json!({"format": 1, "source": "static", "taken": "", "raw": null, "discovery": {"machines": machines}});
    let settings = json!({"layout": "none", "source": {"files": "s.json"}, "machines": {"names": ["n*"]}});
    let bench = Bench::of(&settings).with("s.json", document.to_string());
    for arguments in [&["explain"][..], &["explain", "n1"], &["explain", outside], &["graph"]] {
        let output = bench.run(arguments);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && !text.is_empty(), "{arguments:?}: {:?}", output.stderr);
        assert!(!text.contains('\u{1b}') && !text.lines().any(|line| line == "  address   10.6.6.6"), "{text}");
    }
}

/// A group from outside is one of those that the user allows, and nothing else is a group at all.
#[test]
fn a_group_from_a_tag_is_one_that_the_user_wrote() {
    let bench = |groups: &str| {
        let machines = json!([{"name": "n1", "address": "10.0.0.1", "tags": {"groups": groups}}]);
        let from_tag = "groups: {from_tag: {key: groups, allow: [web, db]}}";
        Bench::new(&format!("layout: none\nsource: {{machines: {machines}}}\n{from_tag}\n"))
    };
    assert_eq!(bench("web, db").json()["web"]["hosts"], json!(["n1"]));
    for groups in ["kube_control_plane", "{{ lookup('pipe', 'id') }}", "all", "_meta", "__ansible_vault", "web;db"] {
        assert!(bench(groups).refused().contains("from_tag.allow"), "{groups}");
    }
}

#[test]
fn what_reaches_ssh_is_an_address_a_number_or_a_word() {
    let refused = |machine: Value| {
        let document = json!({"format": 1, "source": "static", "taken": "", "raw": null,
                              "discovery": {"machines": [machine]}});
        let settings = "layout: none\nhosts: {host_keys: accept-new}\nsource: {files: s.json}\n";
        Bench::new(settings).with("s.json", document.to_string()).refused()
    };
    let machine = |key: &str, value: Value| {
        let mut reach = json!({"address": "10.0.0.1"});
        reach[key] = value;
        json!({"name": "n1", "named_by": "user", "origin": "o", "reach": reach})
    };
    for option in ["-oProxyCommand=touch x", "{{ x }}", "a b", "root -oProxyCommand=x"] {
        refused(machine("address", json!(option)));
        refused(machine("user", json!(option)));
        refused(machine("jump", json!(option)));
        refused(machine("jump", json!(format!("{option}@hv1"))));
        refused(machine("port", json!(option)));
        refused(
            json!({"name": "n1", "named_by": "user", "origin": "o", "id": option, "reach": {"address": "10.0.0.1"}}),
        );
        // An inventory's own words, in a snapshot, are somebody else's as well.
        refused(json!({"name": "n1", "named_by": "user", "origin": "o", "reach": {"as_inventory_says": true},
                       "vars": {"ansible_host": option}}));
    }
}

#[test]
fn a_variable_that_steers_ansible_is_never_filled_from_outside() {
    for place in ["hosts: {vars: {V: T}}", "groups: {g: {first: 1, host_vars: {V: T}}}"] {
        for variable in ["ansible_user", "ansible_host", "ansible_ssh_common_args", "ansible_python_interpreter"] {
            for template in ["\"{tag:x}\"", "\"{name}\"", "[\"{place}\"]", "{a: \"{namespace}\"}", "\"{*}\""] {
                let settings = place.replace('V', variable).replace('T', template);
                let why = Bench::new(&format!("source: {{addresses: [10.0.0.1]}}\n{settings}\n")).refused();
                assert!(why.starts_with("inv-static: ci.static.yml:4:") && why.contains("ansible_"), "{why}");
            }
        }
    }
}

#[test]
fn an_outside_text_inside_a_template_is_refused_where_it_is_written() {
    for value in ["{{ x }} {tag:x}", "{% if x %}{name}", "#jinja2:x {tag:x}", "{# x #}{place}"] {
        let settings = json!({"hosts": {"vars": {"v": value}}, "source": {"addresses": ["10.0.0.1"]}});
        let why = Bench::of(&settings).refused();
        assert!(why.starts_with("inv-static: ci.static.yml:3:21: ") && why.contains("from outside"), "{why}");
    }
}

/// YAML keeps the mark, so that the export may be played, and read by us again, as the list may.
#[test]
fn an_export_keeps_the_marks_and_so_does_reading_it_back() {
    for ansible in Ansible::ALL {
        let marks = tempfile::tempdir().unwrap();
        let marks = marks.path();
        let bench = Bench::of(&settings(marks))
            .with("vmi.json", vmi(marks))
            .with("snapshot.json", snapshot(marks))
            .with("machines.txt", "10.0.0.3 server.lan server\n");
        let session = strict_session(ansible);

        let exported = bench.run(["export", "--format", "yaml"]);
        assert!(exported.status.success() && exported.stderr.is_empty(), "{exported:?}");
        std::fs::write(bench.path("exported.yml"), exported.stdout).unwrap();
        play(&session, &bench.path("exported.yml"), PLAY);

        let again = Bench::new("cluster: again\nlayout: none\nsource: {files: exported.yml}\n")
            .with("exported.yml", std::fs::read(bench.path("exported.yml")).unwrap());
        play(&session, &again.file(), PLAY);

        let listed = again.list();
        let again =
            Bench::new("cluster: once-more\nlayout: none\nsource: {files: listed.json}\n").with("listed.json", listed);
        play(&session, &again.file(), PLAY);

        play(&session, &again.file(), CONTROL);
        let second = if ansible == Ansible::Old { "control-half" } else { "control-header" };
        assert_eq!(marks_in(marks), ["control", second].map(str::to_owned).into(), "{ansible:?}");
    }
}

#[test]
fn a_form_without_a_mark_refuses_text_from_outside() {
    let machines = json!([{"name": "n1", "address": "10.0.0.1", "tags": {"a": "{{ x }}"}}]);
    let bench = Bench::of(&json!({"layout": "none", "source": {"machines": machines}}));
    let why = refusal(&bench.run(["export", "--format", "ini"]));
    assert!(why.contains("inv_tags.a") && why.contains("n1"), "{why}");
}
