//! The JSON is what its published schema says.

use std::path::Path;

use inventory_core::plan::render::json::{json, schema};
use serde_json::Value;

use super::samples::{ci_kube, hard_way, lab, lab_drift};

#[test]
fn a_plan_for_programs() {
    insta::assert_json_snapshot!("json-ci-kube", json(&ci_kube(), None));
}

#[test]
fn the_published_schema_is_what_the_types_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schema/plan.json");
    let wanted = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == wanted, "docs/schema/plan.json is out of date: run `make schema`");
}

#[test]
fn every_sample_is_of_the_published_shape() {
    let schema = serde_json::to_value(schema()).unwrap();
    for document in [json(&ci_kube(), None), json(&lab(), Some(&lab_drift())), json(&hard_way(), Some(&[]))] {
        conforms(&document, &schema, &schema, "$");
    }
}

/// What of JSON Schema the published one uses: types, properties, alternatives, references.
fn conforms(value: &Value, schema: &Value, root: &Value, at: &str) {
    if let Err(why) = check(value, schema, root, at) {
        panic!("{why}");
    }
}

fn check(value: &Value, schema: &Value, root: &Value, at: &str) -> Result<(), String> {
    let Some(schema) = schema.as_object() else { return Ok(()) };
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target =
            root.pointer(reference.trim_start_matches('#')).ok_or_else(|| format!("{reference} is nowhere"))?;
        check(value, target, root, at)?;
    }
    if let Some(wanted) = schema.get("const")
        && value != wanted
    {
        return Err(format!("{at} is {value}, not {wanted}"));
    }
    for key in ["anyOf", "oneOf"] {
        let Some(alternatives) = schema.get(key).and_then(Value::as_array) else { continue };
        let fitting = alternatives.iter().filter(|schema| check(value, schema, root, at).is_ok()).count();
        let enough = if key == "oneOf" { fitting == 1 } else { fitting > 0 };
        if !enough {
            return Err(format!("{at} fits {fitting} alternatives: {value}"));
        }
    }
    let is_of = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is not used"),
    };
    let fits = match schema.get("type") {
        Some(Value::String(name)) => is_of(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(is_of),
        _ => true,
    };
    if !fits {
        return Err(format!("{at} is {value}, and should be {}", schema["type"]));
    }
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        for (number, value) in values.iter().enumerate() {
            check(value, items, root, &format!("{at}[{number}]"))?;
        }
    }
    if let Some(object) = value.as_object() {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (key, value) in object {
            match properties.and_then(|properties| properties.get(key)) {
                Some(schema) => check(value, schema, root, &format!("{at}.{key}"))?,
                None if schema.get("additionalProperties") == Some(&Value::Bool(false)) => {
                    return Err(format!("{at}.{key} is not in the schema"));
                }
                None => {}
            }
        }
        for key in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            let key = key.as_str().unwrap();
            if !object.contains_key(key) {
                return Err(format!("{at}.{key} is missing"));
            }
        }
    }
    Ok(())
}
