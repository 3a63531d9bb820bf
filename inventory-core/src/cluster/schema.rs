//! The JSON Schema of a cluster file, for editors.

use schemars::{JsonSchema, Schema, schema_for};
use serde_json::json;

use super::{ClusterFile, PLUGIN_PREFIX};

/// The schema of the cluster files of `inv-SOURCE`, whose `source` section is `S`.
///
/// It says the shape. What depends on the machines found, and what stands inside texts, only the binary checks.
pub fn schema<S: JsonSchema>(source: &str) -> Schema {
    let mut schema = schema_for!(ClusterFile<S>);
    schema.insert("title".to_owned(), json!(format!("Cluster file of inv-{source}")));
    if let Some(plugin) = schema.pointer_mut("/properties/plugin").and_then(serde_json::Value::as_object_mut) {
        plugin.insert("const".to_owned(), json!(format!("{PLUGIN_PREFIX}{source}")));
    }
    schema
}
