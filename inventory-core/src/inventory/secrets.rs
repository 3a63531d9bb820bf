//! What leaves the house only through `--list`: exports and snapshots go without.

use indexmap::IndexSet;

use crate::inventory::{Author, Text, Value, Variables};
use crate::safe::{SECRET_REMEDY, is_secret_name};

/// The secrets that were left out so far, by their paths: `registry.password`.
#[derive(Default)]
pub(crate) struct LeftOut(IndexSet<String>);

impl LeftOut {
    /// The variables that may leave. What `ansible-vault` has encrypted may, whatever its name.
    pub(crate) fn without_secrets(&mut self, vars: &Variables) -> Variables {
        self.map(vars, "")
    }

    fn map(&mut self, vars: &Variables, above: &str) -> Variables {
        let mut kept = Variables::with_capacity(vars.len());
        for (name, value) in vars {
            let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
            if is_secret_name(name) && could_tell_a_secret(value) {
                self.0.insert(path);
            } else {
                kept.insert(name.clone(), self.value(value, &path));
            }
        }
        kept
    }

    fn value(&mut self, value: &Value, path: &str) -> Value {
        match value {
            Value::Map(map) => Value::Map(self.map(map, path)),
            Value::List(items) => Value::List(items.iter().map(|item| self.value(item, path)).collect()),
            other => other.clone(),
        }
    }

    /// The comment that says so; `None` when nothing was left out. One line, whatever the names are made of.
    pub(crate) fn comment(&self) -> Option<String> {
        let names: Vec<String> = self.0.iter().map(|path| path.escape_debug().to_string()).collect();
        let because = match names.as_slice() {
            [] => return None,
            [_] => "it is a secret",
            _ => "they are secrets",
        };
        Some(format!("left out, because {because}: {} ({SECRET_REMEDY})", names.join(", ")))
    }
}

/// `kube_token_auth: true` is a switch, and cipher text tells nobody anything.
fn could_tell_a_secret(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(_) | Value::Text(Text { author: Author::Vault, .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vars(json: serde_json::Value) -> Variables {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_secret_is_left_out_at_any_depth_and_named() {
        let mut left_out = LeftOut::default();
        let kept = left_out.without_secrets(&vars(serde_json::json!({
            "ansible_password": "x", "users": [{"name": "a", "password": "b"}], "kube_token_auth": true,
            "vault_token": {"__ansible_vault": "$ANSIBLE_VAULT;1.1"}, "db": {"bad\npassword": 5},
        })));
        assert_eq!(
            serde_json::to_string(&kept).unwrap(),
            r#"{"users":[{"name":"a"}],"kube_token_auth":true,"vault_token":{"__ansible_vault":"$ANSIBLE_VAULT;1.1"},"db":{}}"#
        );
        assert_eq!(
            left_out.comment().as_deref(),
            Some(
                "left out, because they are secrets: ansible_password, users.password, db.bad\\npassword \
                 (keep it in group_vars with ansible-vault)"
            )
        );
    }
}
