//! SARIF.

use super::*;

#[test]
fn sarif_has_rules_results_and_notifications() {
    assert_snapshot!(rendered(Format::Sarif), @r###"
    {
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        {
          "tool": {
            "driver": {
              "name": "inv-lint",
              "version": "0.1.0",
              "rules": [
                {
                  "id": "INV003",
                  "name": "odd-value",
                  "shortDescription": {
                    "text": "odd value"
                  },
                  "fullDescription": {
                    "text": "Three."
                  },
                  "help": {
                    "text": "Three.\n",
                    "markdown": "Three.\n"
                  },
                  "defaultConfiguration": {
                    "level": "warning"
                  },
                  "properties": {
                    "tags": [
                      "INV"
                    ]
                  }
                },
                {
                  "id": "KSP001",
                  "name": "no-version",
                  "shortDescription": {
                    "text": "no version"
                  },
                  "fullDescription": {
                    "text": "Two."
                  },
                  "help": {
                    "text": "Two.\n",
                    "markdown": "Two.\n"
                  },
                  "defaultConfiguration": {
                    "level": "note"
                  },
                  "properties": {
                    "tags": [
                      "KSP"
                    ]
                  }
                },
                {
                  "id": "MTU002",
                  "name": "mtu-in-quotes",
                  "shortDescription": {
                    "text": "mtu in quotes"
                  },
                  "fullDescription": {
                    "text": "One."
                  },
                  "help": {
                    "text": "One.\n",
                    "markdown": "One.\n"
                  },
                  "defaultConfiguration": {
                    "level": "warning"
                  },
                  "properties": {
                    "tags": [
                      "MTU"
                    ]
                  }
                },
                {
                  "id": "NET001",
                  "name": "pods-overlap-nodes",
                  "shortDescription": {
                    "text": "pods overlap nodes"
                  },
                  "fullDescription": {
                    "text": "Finds pods in the nodes' network."
                  },
                  "help": {
                    "text": "## What it does\nFinds pods in the nodes' network.\n\n## Why is this bad?\nPackets vanish.\n",
                    "markdown": "## What it does\nFinds pods in the nodes' network.\n\n## Why is this bad?\nPackets vanish.\n"
                  },
                  "defaultConfiguration": {
                    "level": "error"
                  },
                  "properties": {
                    "tags": [
                      "NET"
                    ]
                  }
                }
              ],
              "notifications": [
                {
                  "id": "unread",
                  "shortDescription": {
                    "text": "A file, or a part of it, could not be read."
                  }
                },
                {
                  "id": "not-checked",
                  "shortDescription": {
                    "text": "A file is in order and cannot be looked into."
                  }
                }
              ]
            }
          },
          "invocations": [
            {
              "executionSuccessful": false,
              "toolExecutionNotifications": [
                {
                  "descriptor": {
                    "id": "unread"
                  },
                  "level": "error",
                  "message": {
                    "text": "not read: expected a key; indent it"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "group_vars/broken.yml"
                        },
                        "region": {
                          "startLine": 3,
                          "startColumn": 1
                        }
                      }
                    }
                  ]
                },
                {
                  "descriptor": {
                    "id": "not-checked"
                  },
                  "level": "note",
                  "message": {
                    "text": "not checked: it is encrypted by ansible-vault"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "group_vars/vault.yml"
                        }
                      }
                    }
                  ]
                }
              ]
            }
          ],
          "columnKind": "unicodeCodePoints",
          "results": [
            {
              "ruleId": "MTU002",
              "ruleIndex": 2,
              "level": "warning",
              "message": {
                "text": "100% of it: ✓\nfix: write 1400"
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "a%3Ab%2Cc%25/gr%C3%B6%C3%9Fe.yml"
                    },
                    "region": {
                      "startLine": 2,
                      "startColumn": 12,
                      "endLine": 2,
                      "endColumn": 18
                    }
                  },
                  "message": {
                    "text": "text\u202e, not a number"
                  }
                }
              ],
              "partialFingerprints": {
                "invLint/v1": "0f7c1ca27e3598a9"
              },
              "fixes": [
                {
                  "description": {
                    "text": "write 1400"
                  },
                  "artifactChanges": [
                    {
                      "artifactLocation": {
                        "uri": "a%3Ab%2Cc%25/gr%C3%B6%C3%9Fe.yml"
                      },
                      "replacements": [
                        {
                          "deletedRegion": {
                            "startLine": 2,
                            "startColumn": 12,
                            "endLine": 2,
                            "endColumn": 18
                          },
                          "insertedContent": {
                            "text": "1400"
                          }
                        }
                      ]
                    }
                  ]
                }
              ]
            },
            {
              "ruleId": "KSP001",
              "ruleIndex": 1,
              "level": "note",
              "message": {
                "text": "nothing tells kubespray's version\nhelp: pass --kubespray"
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "group_vars/all.yml"
                    }
                  }
                }
              ],
              "partialFingerprints": {
                "invLint/v1": "a0a08269e875459e"
              }
            },
            {
              "ruleId": "INV003",
              "ruleIndex": 0,
              "level": "warning",
              "message": {
                "text": "`registry_password` is ***, which is short\nnote: there is a fix, which is not shown: a secret is in it"
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "group_vars/all.yml"
                    },
                    "region": {
                      "startLine": 2,
                      "startColumn": 20,
                      "endLine": 2,
                      "endColumn": 27
                    }
                  },
                  "message": {
                    "text": "***"
                  }
                }
              ],
              "partialFingerprints": {
                "invLint/v1": "d4488e69b92fee76"
              }
            },
            {
              "ruleId": "NET001",
              "ruleIndex": 3,
              "level": "error",
              "message": {
                "text": "pods 10.0.0.0/8 have the node n1 10.1.2.3 in them\ninventory.ini:2:32: node n1\nnote: 10.0.0.0/8 is 16,777,216 addresses\nhelp: 10.233.64.0/18 is free\nfix: write 10.233.64.0/18 (with --unsafe-fixes)"
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "group_vars/k8s_cluster/k8s%20net.yml"
                    },
                    "region": {
                      "startLine": 3,
                      "startColumn": 19,
                      "endLine": 3,
                      "endColumn": 29
                    }
                  },
                  "message": {
                    "text": "pods"
                  }
                }
              ],
              "relatedLocations": [
                {
                  "id": 0,
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "inventory.ini"
                    },
                    "region": {
                      "startLine": 2,
                      "startColumn": 32,
                      "endLine": 2,
                      "endColumn": 40
                    }
                  },
                  "message": {
                    "text": "node n1"
                  }
                }
              ],
              "partialFingerprints": {
                "invLint/v1": "a47c6dfd462113bf"
              },
              "fixes": [
                {
                  "description": {
                    "text": "write 10.233.64.0/18 (with --unsafe-fixes)"
                  },
                  "artifactChanges": [
                    {
                      "artifactLocation": {
                        "uri": "group_vars/k8s_cluster/k8s%20net.yml"
                      },
                      "replacements": [
                        {
                          "deletedRegion": {
                            "startLine": 3,
                            "startColumn": 19,
                            "endLine": 3,
                            "endColumn": 29
                          },
                          "insertedContent": {
                            "text": "10.233.64.0/18"
                          }
                        }
                      ]
                    }
                  ]
                }
              ]
            }
          ]
        }
      ]
    }
    "###);
}

#[test]
fn sarif_is_what_its_published_schema_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/sarif/sarif-schema-2.1.0.json");
    let schema = std::fs::read_to_string(path).expect("SARIF's schema is missing: run `make setup`");
    // Its pattern of languages is no regular expression.
    let schema = serde_json::from_str(&schema.replace("{2}]?$", "{2}$")).expect("it is JSON");
    let clean = Outcome::default();
    for outcome in [outcome(), clean] {
        let text = render(&outcome, Format::Sarif, PLAIN);
        assert_eq!(errors(&schema, &text), [""; 0]);
    }
    let wrong = rendered(Format::Sarif).replace("unicodeCodePoints", "letters");
    assert_eq!(errors(&schema, &wrong).len(), 1);
}
