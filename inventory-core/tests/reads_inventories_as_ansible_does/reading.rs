//! What a reading tells beside what Ansible itself would: places, authors, what has no effect.

use inventory_core::ansible::{self, Format, Problem};
use inventory_core::inventory::{Author, Value};
use inventory_core::yaml::Source;

#[test]
fn a_place_is_that_of_the_name_or_the_value() {
    let text = "[web]\n  node1:22  note=\"a b\"  ip=10.0.0.1 # c\n[web:vars]\n size =  5 \n[top:children]\n web\n";
    let source = Source::new("inventory", text);
    let inventory = ansible::read_ini(&source).unwrap();
    let host = &inventory.hosts["node1"];
    assert_eq!(source.slice(host.declared), "node1:22");
    assert_eq!(source.slice(host.vars["note"].key), "note");
    assert_eq!(source.slice(host.vars["note"].place), "\"a b\"");
    assert_eq!(source.slice(host.vars["ip"].place), "10.0.0.1");
    let web = &inventory.groups["web"];
    assert_eq!(source.slice(web.vars["size"].key), "size");
    assert_eq!(source.slice(web.vars["size"].place), "5");
    assert_eq!(source.slice(web.declared.unwrap()), "web");
    let member = inventory.groups["top"].children["web"].unwrap();
    assert_eq!(source.line_column(member.start), (6, 2));
}

#[test]
fn an_error_names_the_place_and_the_remedy() {
    let error = ansible::read_ini(&Source::new("hosts.ini", "[web]\nnode1 ansible_host = 10.0.0.1\n")).unwrap_err();
    assert_eq!(error.location().to_string(), "hosts.ini:2:7");
    assert_eq!(error.to_string(), "`ansible_host` after a host is no variable: expected `name=value`");
    assert_eq!(error.hint().unwrap(), "put quotes around a value with blanks, and no blanks around `=`");
    let error = ansible::read_ini(&Source::new("hosts.ini", "[a:children]\nb\n[b:children]\n a\n")).unwrap_err();
    assert_eq!(error.location().to_string(), "hosts.ini:4:2");
    assert!(matches!(error.problem(), Problem::Loop { .. }));
}

#[test]
fn a_format_is_recognised_by_name_and_content() {
    let cases = [
        ("hosts.ini", "web:\n", None),
        ("hosts.ini", "[web]\na\n", Some(Format::Ini)),
        ("hosts", "[web]\na\n", Some(Format::Ini)),
        ("hosts", "web: {hosts: {a: }}\n", Some(Format::Yaml)),
        ("hosts.yml", "web: {hosts: {a: }}\n", Some(Format::Yaml)),
        ("hosts.json", "{\"web\": {\"hosts\": {\"a\": null}}}", Some(Format::Yaml)),
        ("hosts.json", "{\"web\": {\"hosts\": [\"a\"]}}", Some(Format::List)),
        ("list.txt", "{\"_meta\": {\"hostvars\": {}}}", Some(Format::List)),
        ("hosts.toml", "[web]\na\n", None),
    ];
    for (name, text, format) in cases {
        let read = ansible::read(&Source::new(name, text));
        assert_eq!(read.ok().map(|inventory| inventory.format), format, "{name}: {text}");
    }
}

#[test]
fn an_error_is_that_of_the_format_that_was_meant() {
    let problem = |name: &str, text: &str| ansible::read(&Source::new(name, text)).unwrap_err().to_string();
    assert_eq!(problem("hosts", "[web]\na b\n"), "`b` after a host is no variable: expected `name=value`");
    assert_eq!(problem("hosts.yml", "- a\n- b\n"), "an inventory is a map of groups, and this is a list");
    assert_eq!(problem("hosts", "web:\n  hosts: [a]\n"), "`hosts` of a group cannot be a list");
}

#[test]
fn marks_decide_who_wrote_a_text() {
    let text = "all: {vars: {plain: a, unsafe: !unsafe b, vault: !vault c, list: !unsafe [d, !vault e]}}\n";
    let inventory = ansible::read_yaml(&Source::new("hosts.yml", text)).unwrap();
    let value = |name: &str| inventory.groups["all"].vars[name].value.clone();
    let author = |value: &Value| match value {
        Value::Text(text) => text.author,
        other => panic!("{other:?}"),
    };
    assert_eq!(value("plain"), Value::user("a"));
    assert_eq!(value("unsafe"), Value::outside("b"));
    assert_eq!(author(&value("vault")), Author::Vault);
    let Value::List(items) = value("list") else { panic!("a list") };
    assert_eq!(items.iter().map(author).collect::<Vec<_>>(), [Author::Outside, Author::Vault]);
}

#[test]
fn what_has_no_effect_is_told() {
    let text = "web:\n  hosts: {a: }\n  ansible_user: me\nnote: text\n";
    let source = Source::new("hosts.yml", text);
    let inventory = ansible::read(&source).unwrap();
    let skipped: Vec<_> = inventory.skipped.iter().map(|part| (source.slice(part.at), part.why.as_str())).collect();
    assert_eq!(
        skipped,
        [
            ("me", "a group has `hosts`, `vars` and `children`, and Ansible ignores `ansible_user`"),
            ("text", "a group is a map of `hosts`, `vars` and `children`, not text \"text\""),
        ]
    );
}
