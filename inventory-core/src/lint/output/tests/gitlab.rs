//! Code Climate's issues, as GitLab takes them.

use super::*;

#[test]
fn gitlab_is_code_climates_issues() {
    assert_snapshot!(rendered(Format::Gitlab), @r#"
    [
      {
        "description": "100% of it: ✓\nfix: write 1400",
        "check_name": "MTU002",
        "fingerprint": "0f7c1ca27e3598a9",
        "severity": "minor",
        "location": {
          "path": "a:b,c%/größe.yml",
          "lines": {
            "begin": 2
          }
        }
      },
      {
        "description": "nothing tells kubespray's version\nhelp: pass --kubespray",
        "check_name": "KSP001",
        "fingerprint": "a0a08269e875459e",
        "severity": "info",
        "location": {
          "path": "group_vars/all.yml",
          "lines": {
            "begin": 1
          }
        }
      },
      {
        "description": "`registry_password` is ***, which is short\nnote: there is a fix, which is not shown: a secret is in it",
        "check_name": "INV003",
        "fingerprint": "d4488e69b92fee76",
        "severity": "minor",
        "location": {
          "path": "group_vars/all.yml",
          "lines": {
            "begin": 2
          }
        }
      },
      {
        "description": "pods 10.0.0.0/8 have the node n1 10.1.2.3 in them\ninventory.ini:2:32: node n1\nnote: 10.0.0.0/8 is 16,777,216 addresses\nhelp: 10.233.64.0/18 is free\nfix: write 10.233.64.0/18 (with --unsafe-fixes)",
        "check_name": "NET001",
        "fingerprint": "a47c6dfd462113bf",
        "severity": "major",
        "location": {
          "path": "group_vars/k8s_cluster/k8s net.yml",
          "lines": {
            "begin": 3
          }
        }
      },
      {
        "description": "not read: expected a key; indent it",
        "check_name": "unread",
        "fingerprint": "5fa0cab070555a29",
        "severity": "major",
        "location": {
          "path": "group_vars/broken.yml",
          "lines": {
            "begin": 3
          }
        }
      },
      {
        "description": "not checked: it is encrypted by ansible-vault",
        "check_name": "not-checked",
        "fingerprint": "feb6081f2f3cf133",
        "severity": "info",
        "location": {
          "path": "group_vars/vault.yml",
          "lines": {
            "begin": 1
          }
        }
      }
    ]
    "#);
}
