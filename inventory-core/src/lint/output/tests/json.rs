//! Our own JSON.

use super::*;

#[test]
fn json_has_all_that_is_known() {
    assert_snapshot!(rendered(Format::Json), @r#"
    {
      "format": 1,
      "inventories": 2,
      "files": 14,
      "findings": [
        {
          "code": "MTU002",
          "name": "mtu-in-quotes",
          "severity": "warning",
          "message": "100% of\nit: ✓",
          "primary": {
            "file": "a:b,c%/größe.yml",
            "line": 2,
            "column": 12,
            "end_line": 2,
            "end_column": 18,
            "text": "text\u202e, not a number"
          },
          "related": [],
          "notes": [],
          "help": null,
          "fix": {
            "title": "write 1400",
            "applicability": "safe",
            "edits": [
              {
                "kind": "replace",
                "file": "a:b,c%/größe.yml",
                "line": 2,
                "column": 12,
                "end_line": 2,
                "end_column": 18,
                "text": "1400"
              }
            ]
          },
          "fingerprint": "0f7c1ca27e3598a9"
        },
        {
          "code": "KSP001",
          "name": "no-version",
          "severity": "info",
          "message": "nothing tells kubespray's version",
          "primary": {
            "file": "group_vars/all.yml",
            "line": null,
            "column": null,
            "end_line": null,
            "end_column": null,
            "text": ""
          },
          "related": [],
          "notes": [],
          "help": "pass --kubespray",
          "fix": null,
          "fingerprint": "a0a08269e875459e"
        },
        {
          "code": "INV003",
          "name": "odd-value",
          "severity": "warning",
          "message": "`registry_password` is ***, which is short",
          "primary": {
            "file": "group_vars/all.yml",
            "line": 2,
            "column": 20,
            "end_line": 2,
            "end_column": 27,
            "text": "***"
          },
          "related": [],
          "notes": [
            "there is a fix, which is not shown: a secret is in it"
          ],
          "help": null,
          "fix": null,
          "fingerprint": "d4488e69b92fee76"
        },
        {
          "code": "NET001",
          "name": "pods-overlap-nodes",
          "severity": "error",
          "message": "pods 10.0.0.0/8 have the node n1 10.1.2.3 in them",
          "primary": {
            "file": "group_vars/k8s_cluster/k8s net.yml",
            "line": 3,
            "column": 19,
            "end_line": 3,
            "end_column": 29,
            "text": "pods"
          },
          "related": [
            {
              "file": "inventory.ini",
              "line": 2,
              "column": 32,
              "end_line": 2,
              "end_column": 40,
              "text": "node n1"
            }
          ],
          "notes": [
            "10.0.0.0/8 is 16,777,216 addresses"
          ],
          "help": "10.233.64.0/18 is free",
          "fix": {
            "title": "write 10.233.64.0/18",
            "applicability": "unsafe",
            "edits": [
              {
                "kind": "replace",
                "file": "group_vars/k8s_cluster/k8s net.yml",
                "line": 3,
                "column": 19,
                "end_line": 3,
                "end_column": 29,
                "text": "10.233.64.0/18"
              }
            ]
          },
          "fingerprint": "a47c6dfd462113bf"
        }
      ],
      "unread": [
        {
          "file": "group_vars/broken.yml",
          "line": 3,
          "column": 1,
          "reason": "expected a key",
          "hint": "indent it",
          "in_order": false
        },
        {
          "file": "group_vars/vault.yml",
          "line": null,
          "column": null,
          "reason": "it is encrypted by ansible-vault",
          "hint": null,
          "in_order": true
        }
      ],
      "not_checked": [
        {
          "variable": "kube_service_addresses",
          "file": "group_vars/all.yml",
          "line": 7,
          "column": 25,
          "why": "its template looks up a file"
        }
      ]
    }
    "#);
}

#[test]
fn json_is_what_its_published_schema_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schema/lint.json");
    let wanted = serde_json::to_string_pretty(&super::super::json::schema()).expect("it is JSON") + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &wanted).expect("it can be written");
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == wanted, "docs/schema/lint.json is out of date: run `make schema`");
    let schema = serde_json::from_str(&published).expect("it is JSON");
    for outcome in [outcome(), Outcome::default()] {
        assert_eq!(errors(&schema, &render(&outcome, Format::Json, PLAIN)), [""; 0]);
    }
    let wrong = rendered(Format::Json).replace("\"files\"", "\"documents\"");
    assert!(!errors(&schema, &wrong).is_empty());
}
