//! Any text as a file of variables, and a value put into it: every other value and comment is what it was, ours is
//! what it should be, and a second time every value stays.
#![no_main]

use inventory_core::yaml::{Duplicates, Entry, Plain, Remark, Source, from_node_with, parse_one, set_path};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};

const PATHS: [&[&str]; 5] = [&["a"], &["kube_pods_subnet"], &["a", "b"], &["lb", "address"], &["a", "b", "c"]];

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, text)) = bytes.split_first() else { return };
    let Ok(source) = Source::from_bytes("fuzz.yml", text.to_vec()) else { return };
    let path: Vec<String> = PATHS[usize::from(choice & 7) % PATHS.len()].iter().map(ToString::to_string).collect();
    let (value, wanted) = value(choice >> 3);
    let remark = Remark { mark: "inv: ", text: "a reason" };
    // Where two keys have one name, an edit is of the last.
    let Some(before) = read(&source) else { return };
    let Ok(edited) = set_path(&source, &path, &value, remark) else { return };
    let edited = Source::new("fuzz.yml", edited);
    let after = read(&edited).unwrap_or_else(|| panic!("no map any more: {:?}", edited.text()));
    assert_eq!(at(&after, &path), Some(&wanted), "{:?} -> {:?}", source.text(), edited.text());
    assert_eq!(without(before, &path), without(after.clone(), &path), "{:?} -> {:?}", source.text(), edited.text());
    let again = set_path(&edited, &path, &value, remark).unwrap_or_else(|error| panic!("{error}: {:?}", edited.text()));
    // Blanks before a comment, and a remark of ours that had lost its key, may go.
    assert_eq!(read(&Source::new("fuzz.yml", again)), Some(after), "{:?}", source.text());
});

fn value(choice: u8) -> (Plain<'static>, Value) {
    let text = |text: &'static str| Plain::Text(text.into());
    match choice % 6 {
        0 => (Plain::Int(1400), json!(1400)),
        1 => (text("10.233.64.0/18"), json!("10.233.64.0/18")),
        2 => (Plain::Bool(true), json!(true)),
        3 => (Plain::List(vec![text("10.0.0.1-10.0.0.9"), text("no")]), json!(["10.0.0.1-10.0.0.9", "no"])),
        4 => (Plain::Map(vec![Entry::new("port", Plain::Int(1))]), json!({"port": 1})),
        _ => (text("it's: #\n\"x\""), json!("it's: #\n\"x\"")),
    }
}

/// The values of a file, the last of each name.
fn read(source: &Source) -> Option<Value> {
    match parse_one(source).ok()?.root {
        None => Some(Value::Object(Map::new())),
        Some(root) => match from_node_with(&root, source, Duplicates::LastWins).ok()? {
            Value::Null => Some(Value::Object(Map::new())),
            value => value.is_object().then_some(value),
        },
    }
}

fn at<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, key| value.get(key))
}

/// The same without the value at a path, and without the maps that it alone was in.
fn without(mut value: Value, path: &[String]) -> Value {
    if let (Some((key, rest)), Value::Object(map)) = (path.split_first(), &mut value) {
        let below = map.get(key).cloned();
        let left = match below {
            Some(below @ Value::Object(_)) if !rest.is_empty() => without(below, rest),
            _ => Value::Null,
        };
        let is_empty = left.is_null() || left.as_object().is_some_and(Map::is_empty);
        if is_empty {
            map.remove(key);
        } else {
            map.insert(key.clone(), left);
        }
    }
    value
}
