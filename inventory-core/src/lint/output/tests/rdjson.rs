//! reviewdog's JSON.

use super::*;

#[test]
fn rdjson_counts_bytes() {
    assert_snapshot!(rendered(Format::Rdjson), @r#"
    {
      "source": {
        "name": "inv-lint"
      },
      "diagnostics": [
        {
          "message": "100% of it: ✓\nfix: write 1400",
          "location": {
            "path": "a:b,c%/größe.yml",
            "range": {
              "start": {
                "line": 2,
                "column": 16
              },
              "end": {
                "line": 2,
                "column": 22
              }
            }
          },
          "severity": "WARNING",
          "code": {
            "value": "MTU002"
          },
          "suggestions": [
            {
              "range": {
                "start": {
                  "line": 2,
                  "column": 16
                },
                "end": {
                  "line": 2,
                  "column": 22
                }
              },
              "text": "1400"
            }
          ]
        },
        {
          "message": "nothing tells kubespray's version\nhelp: pass --kubespray",
          "location": {
            "path": "group_vars/all.yml"
          },
          "severity": "INFO",
          "code": {
            "value": "KSP001"
          }
        },
        {
          "message": "`registry_password` is ***, which is short\nnote: there is a fix, which is not shown: a secret is in it",
          "location": {
            "path": "group_vars/all.yml",
            "range": {
              "start": {
                "line": 2,
                "column": 20
              },
              "end": {
                "line": 2,
                "column": 27
              }
            }
          },
          "severity": "WARNING",
          "code": {
            "value": "INV003"
          }
        },
        {
          "message": "pods 10.0.0.0/8 have the node n1 10.1.2.3 in them\ninventory.ini:2:32: node n1\nnote: 10.0.0.0/8 is 16,777,216 addresses\nhelp: 10.233.64.0/18 is free\nfix: write 10.233.64.0/18 (with --unsafe-fixes)",
          "location": {
            "path": "group_vars/k8s_cluster/k8s net.yml",
            "range": {
              "start": {
                "line": 3,
                "column": 19
              },
              "end": {
                "line": 3,
                "column": 29
              }
            }
          },
          "severity": "ERROR",
          "code": {
            "value": "NET001"
          },
          "related_locations": [
            {
              "message": "node n1",
              "location": {
                "path": "inventory.ini",
                "range": {
                  "start": {
                    "line": 2,
                    "column": 32
                  },
                  "end": {
                    "line": 2,
                    "column": 40
                  }
                }
              }
            }
          ],
          "suggestions": [
            {
              "range": {
                "start": {
                  "line": 3,
                  "column": 19
                },
                "end": {
                  "line": 3,
                  "column": 29
                }
              },
              "text": "10.233.64.0/18"
            }
          ]
        },
        {
          "message": "not read: expected a key; indent it",
          "location": {
            "path": "group_vars/broken.yml",
            "range": {
              "start": {
                "line": 3
              }
            }
          },
          "severity": "ERROR",
          "code": {
            "value": "unread"
          }
        },
        {
          "message": "not checked: it is encrypted by ansible-vault",
          "location": {
            "path": "group_vars/vault.yml"
          },
          "severity": "INFO",
          "code": {
            "value": "unread"
          }
        }
      ]
    }
    "#);
}
