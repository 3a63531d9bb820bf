//! Generated texts of every kind that an inventory is made of.

use proptest::prelude::*;

/// Lines that make INI inventories, most of them good.
pub(crate) fn ini_file() -> impl Strategy<Value = String> {
    let group = prop_oneof![8 => "[a-e]", 1 => "all|ungrouped", 1 => "a#b|x-y|h1"];
    let kind = prop_oneof![4 => "", 2 => ":vars", 2 => ":children", 1 => ":hosts"];
    let section = (group.clone(), kind, prop_oneof![5 => "", 1 => " # c"])
        .prop_map(|(group, kind, end)| format!("[{group}{kind}]{end}"));
    let assignment = (
        prop_oneof!["[x-z]", "ansible_group_priority"],
        prop_oneof![2 => "[0-9]{1,2}".boxed(), 2 => "[a-c\"' ]{0,4}".boxed(), 1 => literal_text().boxed()],
    );
    let host = (
        prop_oneof![4 => "h[1-3]".boxed(), 1 => "[a-c]".boxed(), 1 => host_text().boxed()],
        prop::collection::vec(assignment.clone(), 0..3),
    )
        .prop_map(|(host, vars)| vars.into_iter().fold(host, |line, (name, text)| format!("{line} {name}={text}")));
    let variable =
        (assignment, prop_oneof!["=", " = ", "\t=", " "]).prop_map(|((name, text), equals)| name + &equals + &text);
    let line = prop_oneof![2 => section.clone().boxed(), 1 => host.clone().boxed(), 1 => variable.clone().boxed(), 1 => group.clone().boxed(), 1 => "[#;] ?[a-z]".boxed(), 1 => Just(String::new()).boxed()];
    // Mostly lines that fit their section, so that files are long and still accepted.
    let block = prop_oneof![
        4 => (prop_oneof![4 => "\\[[a-e]\\]", 1 => Just(String::new())], prop::collection::vec(host, 0..3)),
        2 => ("\\[[a-e]:vars\\]", prop::collection::vec(variable, 0..3)),
        2 => ("\\[[a-e]:children\\]", prop::collection::vec(group.prop_map(|name| name), 0..3)),
        1 => (section, prop::collection::vec(line, 0..2)),
    ];
    let blocks = prop::collection::vec(block.prop_map(|(head, lines)| format!("{head}\n{}\n", lines.join("\n"))), 1..6);
    // Every group declared in the end, as it is in most files.
    (blocks, any::<bool>()).prop_map(|(blocks, declared)| {
        let end = if declared { "[a]\n[b]\n[c]\n[d]\n[e]\n[a#b]\n[x-y]\n" } else { "" };
        blocks.concat() + end
    })
}

/// Groups in YAML's flow style, most of them good.
pub(crate) fn yaml_file() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        4 => "[0-9]{1,2}", 4 => "[a-c]{1,3}", 2 => "yes|no|null|~|1\\.5|010|'x y'|\"\\{\\{ a \\}\\}\"", 1 => "!unsafe [a-c]", 1 => "!vault x",
        1 => "\\[[1-3], [a-c]\\]", 1 => "\\{k: [a-c]\\}", 1 => "!other x", 1 => "",
    ];
    let map = |key: BoxedStrategy<String>, value: BoxedStrategy<String>| {
        prop::collection::vec((key, value), 0..4).prop_map(|entries| {
            let entries: Vec<_> = entries.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
            format!("{{{}}}", entries.join(", "))
        })
    };
    let vars =
        map(prop_oneof![6 => "[x-z]", 1 => "ansible_group_priority", 1 => "[1-2]"].boxed(), value.clone().boxed())
            .boxed();
    let pattern =
        prop_oneof![6 => "h[1-3]", 1 => "'n\\[[1-3]:[2-4]\\]'", 1 => "'p:2[0-9]'", 1 => "[a-c]", 1 => "5|null|''|all"];
    let hosts = map(
        pattern.boxed(),
        prop_oneof![3 => vars.clone(), 2 => Just(String::new()).boxed(), 1 => value.clone().boxed()].boxed(),
    );
    let name = prop_oneof![12 => "[a-e]", 2 => "all", 1 => "ungrouped", 1 => "5|h1|plugin"];
    let leaf = Just(String::new()).boxed();
    let group = leaf.prop_recursive(4, 32, 4, move |inner| {
        let wrong = prop_oneof![Just(String::new()), value.clone()].boxed();
        let children = map(name.clone().boxed(), inner);
        let part = prop_oneof![
            3 => hosts.clone().prop_map(|hosts| format!("hosts: {hosts}")),
            2 => vars.clone().prop_map(|vars| format!("vars: {vars}")),
            3 => children.prop_map(|children| format!("children: {children}")),
            1 => (prop_oneof!["hosts", "vars", "children", "other"], wrong.clone()).prop_map(|(key, value)| format!("{key}: {value}")),
        ];
        let group = prop::collection::vec(part, 0..4).prop_map(|parts| format!("{{{}}}", parts.join(", ")));
        prop_oneof![9 => group.boxed(), 1 => wrong]
    });
    let top = prop_oneof![6 => "[a-e]", 4 => "all", 1 => "ungrouped", 1 => "5|h1|plugin"];
    prop::collection::vec((top, group), 1..4)
        .prop_map(|groups| groups.into_iter().map(|(name, group)| name + ": " + &group + "\n").collect::<String>())
}

/// Words that a literal may be made of, and words that spoil it.
pub(crate) fn literal_text() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        r"[0-9]{1,3}",
        r"0[xX][0-9a-fA-F_]{1,4}",
        r"0[oO][0-8_]{1,3}",
        r"0[bB][01_2]{1,3}",
        r"[0-9_]{1,4}",
        r"[0-9_]{0,2}\.[0-9_]{0,2}",
        r"[0-9]{1,2}(\.[0-9]?)?[eE][+-]?[0-9_]{0,3}",
        r"[0-9.]{1,3}[jJ]",
        r"[0-9]{20,40}",
    ];
    let string = prop_oneof![
        r#"[rRbBuUfF]{0,2}'([a-c#é]|\\[abnx0-7'"\\uUqé]|[0-9a-f])*'"#,
        r#"(u|R|)"[a c#\{\}']{0,5}""#,
        r#"'''[a'" ]{0,4}'''"#,
        r"'\\(x[0-9a-g]{2}|u[0-9a-f]{4}|U000[0-9a-f]{5}|[0-7]{1,4})'",
    ];
    let word = prop_oneof!["None", "True", "False", "true", "null", "set\\(\\)", "[a-z_]{1,3}", "\\.\\.\\.", "é"];
    let atom = prop_oneof![4 => number, 4 => string, 3 => word];
    let blank = prop_oneof![6 => Just(String::new()), 2 => Just(" ".to_owned()), 1 => Just("\t".to_owned())];
    let nested = (atom, blank.clone()).prop_map(|(atom, blank)| atom + &blank).prop_recursive(4, 24, 4, move |inner| {
        let items = prop::collection::vec(inner.clone(), 0..4);
        let comma = prop_oneof![3 => Just(""), 1 => Just(",")];
        let joined = (items, comma).prop_map(|(items, comma)| items.join(", ") + comma);
        let pairs = prop::collection::vec((inner.clone(), inner.clone()), 0..3).prop_map(|pairs| {
            pairs.into_iter().map(|(key, value)| format!("{key}:{value}")).collect::<Vec<_>>().join(",")
        });
        prop_oneof![
            joined.clone().prop_map(|items| format!("[{items}]")),
            joined.clone().prop_map(|items| format!("({items})")),
            joined.clone().prop_map(|items| format!("{{{items}}}")),
            pairs.prop_map(|pairs| format!("{{{pairs}}}")),
            joined,
            (prop_oneof!["-", "\\+", "- ", "--"], inner.clone()).prop_map(|(sign, item)| sign + &item),
            (inner.clone(), prop_oneof!["-", "\\+", " ", " # "], inner)
                .prop_map(|(left, sign, right)| left + &sign + &right),
        ]
    });
    (blank, nested).prop_map(|(blank, text)| blank + &text)
}

/// Characters that matter, in any order.
pub(crate) fn soup(characters: &'static str) -> impl Strategy<Value = String> {
    let characters: Vec<char> = characters.chars().collect();
    prop::collection::vec(prop::sample::select(characters), 0..12).prop_map(String::from_iter)
}

/// Hosts, most of them with ranges, ports or addresses.
pub(crate) fn host_text() -> impl Strategy<Value = String> {
    let range = prop_oneof![
        r"\[[0-9]{1,2}:[0-9]{1,2}\]",
        r"\[[a-c]:[a-f]\]",
        r"\[0[0-9]:[0-9]{2}:[0-3]\]",
        r"\[[0-9a-f]?:[0-9a-f]{0,2}(:-?[0-2])?\]",
        r"\[ ?[-+_]?[0-9]:[-+_]?[0-9_]{1,2} ?\]",
        r"\[[A-z]:[A-z]\]",
        r"\[ab:[a-z]\]",
    ];
    let piece = prop_oneof![
        4 => "[a-z0-9_.-]{1,4}".boxed(),
        3 => range.boxed(),
        1 => prop_oneof!["\\[", "\\]", "::?", "\\|", " ", "é", "#", "\u{93f}", "\\[\\]"].boxed(),
        1 => "[0-9a-fA-F]{1,5}:".boxed(),
    ];
    let plain = prop::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat());
    let group = prop_oneof![5 => "[0-9a-f]{1,4}".boxed(), 1 => r"\[[0-9a-f]:[0-9a-f]\]".boxed(), 1 => Just("0".to_owned()).boxed(), 1 => Just("ffff".to_owned()).boxed(), 1 => Just(String::new()).boxed()];
    let ipv6 = prop::collection::vec(group, 1..10).prop_map(|groups| groups.join(":"));
    let ipv4 = prop::collection::vec(prop_oneof![4 => "[0-9]{1,3}".boxed(), 1 => r"\[[0-9]:[0-9]\]".boxed()], 4)
        .prop_map(|parts| parts.join("."));
    let mixed = (prop_oneof!["0:0:0:0:0:0:", "::", "::ffff:", "::FFFF:", "0:0:0:0:0:ffff:", "1:"], ipv4.clone())
        .prop_map(|(head, tail)| head + &tail);
    let host = prop_oneof![4 => plain, 3 => ipv6, 1 => ipv4, 1 => mixed];
    (host, prop_oneof![3 => "", 2 => ":[0-9]{1,3}", 1 => ":"], any::<bool>())
        .prop_map(|(host, port, bracketed)| if bracketed { format!("[{host}]{port}") } else { host + &port })
}

/// What an inventory script may print, most of it good.
pub(crate) fn list_file() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        6 => "[1-9]", 6 => "\"[a-c]\"", 2 => "null|true|1\\.5|1e3",
        1 => "\\{\"__ansible_unsafe\": \"[a-c]\"\\}", 1 => "\\{\"__ansible_vault\": (\"x\"|5)\\}",
    ];
    let list = |item: BoxedStrategy<String>, count| {
        prop::collection::vec(item, 0..count).prop_map(|items| format!("[{}]", items.join(", ")))
    };
    let map = |entries: Vec<(String, String)>| {
        let entries: Vec<_> = entries.into_iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
        format!("{{{}}}", entries.join(", "))
    };
    let nested = prop_oneof![4 => value.clone().boxed(), 1 => list(value.clone().boxed(), 3).boxed()];
    let vars = prop::collection::vec(("[x-z]", nested), 0..3).prop_map(map).boxed();
    let host = prop_oneof![20 => "\"h[1-4]\"", 2 => "\"[a-c]\"", 1 => "\\{\"__ansible_unsafe\": \"h9\"\\}|5|\"\""];
    let group = prop_oneof![20 => "\"[a-e]\"", 1 => "\"ungrouped\"", 1 => "5|\"\""];
    let hosts = list(host.boxed(), 4).boxed();
    let part = prop_oneof![
        4 => hosts.clone().prop_map(|hosts| ("hosts".to_owned(), hosts)),
        3 => list(group.boxed(), 3).prop_map(|children| ("children".to_owned(), children)),
        3 => vars.clone().prop_map(|vars| ("vars".to_owned(), vars)),
        1 => ("hosts|children|vars|other", value.clone()),
    ];
    let data =
        prop_oneof![8 => prop::collection::vec(part, 1..4).prop_map(map).boxed(), 1 => hosts, 1 => value.boxed()];
    let groups = prop::collection::vec(("[a-e]|all|ungrouped", data), 0..4);
    let hostvars = prop::collection::vec(("h[1-4]|[a-c]", vars), 0..4).prop_map(map);
    (groups, hostvars).prop_map(move |(mut groups, hostvars)| {
        groups.push(("_meta".to_owned(), format!("{{\"hostvars\": {hostvars}}}")));
        map(groups)
    })
}
