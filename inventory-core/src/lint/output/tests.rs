//! Each format, on what is hard to show.

use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::lint::finding::{Applicability, Edit, Finding, Fix, Label, Place, Severity};
use crate::lint::outcome::{NotChecked, Unread};
use crate::lint::rule::{Fixes, Rule};
use crate::yaml::{Location, Source, Span};

static OVERLAP: Rule = Rule::new(
    "NET001",
    "pods-overlap-nodes",
    Severity::Error,
    Fixes::Unsafe,
    " ## What it does\n Finds pods in the nodes' network.\n\n ## Why is this bad?\n Packets vanish.\n",
    |_, _| (),
);
static QUOTED: Rule = Rule::new("MTU002", "mtu-in-quotes", Severity::Warning, Fixes::Safe, " One.\n", |_, _| ());
static VERSION: Rule = Rule::new("KSP001", "no-version", Severity::Info, Fixes::Never, " Two.\n", |_, _| ());
static SECRET: Rule = Rule::new("INV003", "odd-value", Severity::Warning, Fixes::Safe, " Three.\n", |_, _| ());

/// Every file is called as it was typed.
fn render(outcome: &Outcome, format: Format, style: Style) -> String {
    super::render(outcome, format, style, &Path::to_owned)
}

const PLAIN: Style = Style { width: 100, colour: false };

fn at(source: &Source, text: &str) -> Place {
    let start = source.text().find(text).expect("the file has it");
    Place::new(source, Span { start, end: start + text.len() })
}

fn replace(place: Place, text: &str, applicability: Applicability) -> Fix {
    let title = format!("write {text}");
    Fix { title, applicability, edits: vec![Edit::Replace { place, text: text.to_owned() }] }
}

/// An overlap across two files with a fix.
fn overlap() -> Finding {
    let vars = Source::new("group_vars/k8s_cluster/k8s net.yml", "---\n# ours\nkube_pods_subnet: 10.0.0.0/8\n");
    let hosts = Source::new("./inventory.ini", "[all]\nn1 ansible_password=hunter2 ip=10.1.2.3 # ü\n");
    let pods = at(&vars, "10.0.0.0/8");
    Finding::new(&OVERLAP, "pods 10.0.0.0/8 have the node n1 10.1.2.3 in them", Label::new(pods.clone(), "pods"))
        .related(Label::new(at(&hosts, "10.1.2.3"), "node n1"))
        .note("10.0.0.0/8 is 16,777,216 addresses")
        .help("10.233.64.0/18 is free")
        .fix(replace(pods, "10.233.64.0/18", Applicability::Unsafe))
}

fn file_level() -> Finding {
    let source = Source::new("group_vars/all.yml", "a: 1\n");
    Finding::new(&VERSION, "nothing tells kubespray's version", Label::new(Place::file(&source), ""))
        .help("pass --kubespray")
}

/// With `%`, a line end, and letters that are more than a byte.
fn awkward() -> Finding {
    let source = Source::new("a:b,c%/größe.yml", "\u{feff}größe: 1\r\n\"größe ✓\":\t\"1400\"\u{1b}[2J\r\n");
    let place = at(&source, "\"1400\"");
    Finding::new(&QUOTED, "100% of\nit: ✓", Label::new(place.clone(), "text\u{202e}, not a number")).fix(replace(
        place,
        "1400",
        Applicability::Safe,
    ))
}

fn secret() -> Finding {
    let source = Source::new("group_vars/all.yml", "a: 1\nregistry_password: hunter2\n");
    let place = at(&source, "hunter2");
    Finding::new(&SECRET, "`registry_password` is hunter2, which is short", Label::new(place.clone(), "hunter2"))
        .fix(replace(place, "\"hunter2\"", Applicability::Safe))
}

fn outcome() -> Outcome {
    let location = |file: &str, line, column| Location { file: PathBuf::from(file).into(), line, column };
    Outcome {
        findings: vec![overlap(), awkward(), secret(), file_level()],
        unread: vec![
            Unread {
                location: location("group_vars/broken.yml", 3, 1),
                reason: "expected a key".to_owned(),
                hint: Some("indent it".to_owned()),
                is_in_order: false,
            },
            Unread {
                location: location("group_vars/vault.yml", 0, 0),
                reason: "it is encrypted by ansible-vault".to_owned(),
                hint: None,
                is_in_order: true,
            },
        ],
        not_checked: vec![NotChecked {
            variable: Some("kube_service_addresses".to_owned()),
            location: location("group_vars/all.yml", 7, 25),
            why: "its template looks up a file".to_owned(),
        }],
        roots: 2,
        files: 14,
        untold: Vec::new(),
        newer: std::collections::BTreeSet::new(),
    }
}

fn rendered(format: Format) -> String {
    render(&outcome(), format, PLAIN)
}

#[test]
fn full_shows_every_place_with_its_line() {
    assert_snapshot!(rendered(Format::Full), @r#"
    warning[MTU002]: 100% of it: ✓
     --> a:b,c%/größe.yml:2:12
      |
    2 | "größe ✓":    "1400"�[2J
      |               ^^^^^^ text�, not a number
      |
    help: write 1400
      |
    2 - "größe ✓":    "1400"�[2J
    2 + "größe ✓":    1400�[2J
      |

    info[KSP001]: nothing tells kubespray's version
    --> group_vars/all.yml
     = help: pass --kubespray

    warning[INV003]: `registry_password` is ***, which is short
     --> group_vars/all.yml:2:20
      |
    2 | registry_password: ***
      |                    ^^^ ***
      |
      = note: there is a fix, which is not shown: a secret is in it

    error[NET001]: pods 10.0.0.0/8 have the node n1 10.1.2.3 in them
     --> group_vars/k8s_cluster/k8s net.yml:3:19
      |
    3 | kube_pods_subnet: 10.0.0.0/8
      |                   ^^^^^^^^^^ pods
      |
     ::: inventory.ini:2:32
      |
    2 | n1 ansible_password=*** ip=10.1.2.3 # ü
      |                            -------- node n1
      |
      = note: 10.0.0.0/8 is 16,777,216 addresses
      = help: 10.233.64.0/18 is free
    help: write 10.233.64.0/18 (with --unsafe-fixes)
      |
    3 - kube_pods_subnet: 10.0.0.0/8
    3 + kube_pods_subnet: 10.233.64.0/18
      |

    error: not read: expected a key
    --> group_vars/broken.yml:3:1
     = help: indent it

    info: not checked: it is encrypted by ansible-vault
    --> group_vars/vault.yml

    Found 1 error, 2 warnings and 1 remark in 2 inventories (14 files); 2 can be fixed with --fix, 1 more with --unsafe-fixes; 1 file could not be read; 1 file not checked; 1 value not checked
    "#);
}

#[test]
fn concise_is_a_line_a_finding() {
    assert_snapshot!(rendered(Format::Concise), @"
    a:b,c%/größe.yml:2:12: warning[MTU002] 100% of it: ✓
    group_vars/all.yml: info[KSP001] nothing tells kubespray's version
    group_vars/all.yml:2:20: warning[INV003] `registry_password` is ***, which is short
    group_vars/k8s_cluster/k8s net.yml:3:19: error[NET001] pods 10.0.0.0/8 have the node n1 10.1.2.3 in them
    group_vars/broken.yml:3:1: not read: expected a key; indent it
    group_vars/vault.yml: not checked: it is encrypted by ansible-vault
    ");
}

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
fn github_undoes_every_escape() {
    assert_snapshot!(rendered(Format::Github), @"
    ::warning file=a%3Ab%2Cc%25/größe.yml,line=2,endLine=2,col=12,endColumn=18,title=MTU002 mtu-in-quotes::100%25 of%0Ait: ✓%0Afix: write 1400
    ::notice file=group_vars/all.yml,title=KSP001 no-version::nothing tells kubespray's version%0Ahelp: pass --kubespray
    ::warning file=group_vars/all.yml,line=2,endLine=2,col=20,endColumn=27,title=INV003 odd-value::`registry_password` is ***, which is short%0Anote: there is a fix, which is not shown: a secret is in it
    ::error file=group_vars/k8s_cluster/k8s net.yml,line=3,endLine=3,col=19,endColumn=29,title=NET001 pods-overlap-nodes::pods 10.0.0.0/8 have the node n1 10.1.2.3 in them%0Ainventory.ini:2:32: node n1%0Anote: 10.0.0.0/8 is 16,777,216 addresses%0Ahelp: 10.233.64.0/18 is free%0Afix: write 10.233.64.0/18 (with --unsafe-fixes)
    ::error file=group_vars/broken.yml,line=3,col=1::not read: expected a key; indent it
    ::notice file=group_vars/vault.yml::not checked: it is encrypted by ansible-vault
    ");
}

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

#[test]
fn junit_fails_for_what_is_worse_than_a_remark() {
    assert_snapshot!(rendered(Format::Junit), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="inv-lint" tests="6" failures="3" errors="1" skipped="1">
      <testsuite name="a:b,c%/größe.yml" tests="1" failures="1" errors="0" skipped="0">
        <testcase name="MTU002 mtu-in-quotes" classname="a:b,c%/größe.yml" file="a:b,c%/größe.yml" line="2" column="12">
          <failure type="warning" message="100% of&#10;it: ✓">a:b,c%/größe.yml:2:12: 100% of it: ✓
    fix: write 1400</failure>
        </testcase>
      </testsuite>
      <testsuite name="group_vars/all.yml" tests="2" failures="1" errors="0" skipped="0">
        <testcase name="KSP001 no-version" classname="group_vars/all.yml" file="group_vars/all.yml">
          <system-out>group_vars/all.yml: nothing tells kubespray's version
    help: pass --kubespray</system-out>
        </testcase>
        <testcase name="INV003 odd-value" classname="group_vars/all.yml" file="group_vars/all.yml" line="2" column="20">
          <failure type="warning" message="`registry_password` is ***, which is short">group_vars/all.yml:2:20: `registry_password` is ***, which is short
    note: there is a fix, which is not shown: a secret is in it</failure>
        </testcase>
      </testsuite>
      <testsuite name="group_vars/broken.yml" tests="1" failures="0" errors="1" skipped="0">
        <testcase name="unread" classname="group_vars/broken.yml" file="group_vars/broken.yml" line="3" column="1">
          <error type="unread" message="not read: expected a key; indent it">group_vars/broken.yml:3:1: not read: expected a key; indent it</error>
        </testcase>
      </testsuite>
      <testsuite name="group_vars/k8s_cluster/k8s net.yml" tests="1" failures="1" errors="0" skipped="0">
        <testcase name="NET001 pods-overlap-nodes" classname="group_vars/k8s_cluster/k8s net.yml" file="group_vars/k8s_cluster/k8s net.yml" line="3" column="19">
          <failure type="error" message="pods 10.0.0.0/8 have the node n1 10.1.2.3 in them">group_vars/k8s_cluster/k8s net.yml:3:19: pods 10.0.0.0/8 have the node n1 10.1.2.3 in them
    inventory.ini:2:32: node n1
    note: 10.0.0.0/8 is 16,777,216 addresses
    help: 10.233.64.0/18 is free
    fix: write 10.233.64.0/18 (with --unsafe-fixes)</failure>
        </testcase>
      </testsuite>
      <testsuite name="group_vars/vault.yml" tests="1" failures="0" errors="0" skipped="1">
        <testcase name="unread" classname="group_vars/vault.yml" file="group_vars/vault.yml">
          <skipped message="not checked: it is encrypted by ansible-vault">group_vars/vault.yml: not checked: it is encrypted by ansible-vault</skipped>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

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

#[test]
fn statistics_count_rules_and_what_could_not_be_known() {
    assert_snapshot!(statistics(&outcome()), @"
      1  INV003  warning  odd-value
      1  KSP001  info     no-version
      1  MTU002  warning  mtu-in-quotes
      1  NET001  error    pods-overlap-nodes
    Values not checked:
      1  its template looks up a file
    Not checked:
      1  it is encrypted by ansible-vault
    Not read:
      1  expected a key
    Found 1 error, 2 warnings and 1 remark in 2 inventories (14 files); 2 can be fixed with --fix, 1 more with --unsafe-fixes; 1 file could not be read; 1 file not checked; 1 value not checked
    ");
}

#[test]
fn the_summary_says_whose_machines_and_which_releases_are_not_known() {
    let machines = |file: &str| NotChecked {
        variable: None,
        location: Location::whole_file(Path::new(file).into()),
        why: "nobody asked".into(),
    };
    let mut outcome = Outcome { roots: 1, files: 14, ..Outcome::default() };
    outcome.not_checked.push(machines("lab.kubevirt.yml"));
    outcome.newer.insert("v2.32.0".parse().unwrap());
    assert_snapshot!(render(&outcome, Format::Full, PLAIN), @"
    No findings in 1 inventory (14 files)
    Not checked: the machines of lab.kubevirt.yml, which only its source knows: `./lab.kubevirt.yml lint`, `--run`, or a snapshot tells them
    v2.32.0 is newer than v2.31.0, the newest that is known here, and checked as that one
    ");
    outcome.not_checked.push(machines("a/ci.static.yml"));
    assert_snapshot!(statistics(&outcome), @"
    Machines not checked:
      2  nobody asked
    No findings in 1 inventory (14 files)
    Not checked: the machines of lab.kubevirt.yml and 1 more cluster file, which only their sources know: `FILE lint`, `--run`, or snapshots tell them
    v2.32.0 is newer than v2.31.0, the newest that is known here, and checked as that one
    ");
}

/// What a clean run says in every format.
#[test]
fn nothing_to_report() {
    let clean = Outcome { roots: 1, files: 14, ..Outcome::default() };
    assert_eq!(render(&clean, Format::Full, PLAIN), "No findings in 1 inventory (14 files)\n");
    assert_eq!(render(&clean, Format::Concise, PLAIN), "");
    assert_eq!(render(&clean, Format::Github, PLAIN), "");
    assert_eq!(render(&clean, Format::Gitlab, PLAIN), "[]\n");
    assert_snapshot!(render(&clean, Format::Junit, PLAIN), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="inv-lint" tests="1" failures="0" errors="0" skipped="0">
      <testsuite name="inv-lint" tests="1" failures="0" errors="0" skipped="0">
        <testcase name="no findings" classname="inv-lint"/>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn no_format_shows_a_secret() {
    for format in Format::value_variants() {
        for colour in [false, true] {
            let text = render(&outcome(), *format, Style { width: 100, colour });
            assert!(!text.contains("hunter2"), "{format:?}: {text}");
        }
    }
    assert!(!statistics(&outcome()).contains("hunter2"));
}

#[test]
fn no_format_has_anything_that_a_terminal_obeys() {
    for format in Format::value_variants() {
        let text = rendered(*format);
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\r']), "{format:?}: {text}");
    }
}

#[test]
fn colour_is_the_callers_choice_and_changes_no_word() {
    let coloured = render(&outcome(), Format::Full, Style { colour: true, ..PLAIN });
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some(start) = rest.find("\u{1b}[") {
        plain += &rest[..start];
        rest = &rest[start..];
        rest = &rest[rest.find('m').expect("a colour ends") + 1..];
    }
    plain += rest;
    let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_ne!(coloured, plain);
    assert_eq!(trimmed(&plain), trimmed(&rendered(Format::Full)));
}

#[test]
fn a_long_line_is_cut_around_its_place_and_its_column_is_the_files() {
    let text = format!("a: [{}10.0.0.1, {}]\n", "x, ".repeat(3000), "y, ".repeat(3000));
    let source = Source::new("long.yml", text);
    let finding = Finding::new(&OVERLAP, "it is taken", Label::new(at(&source, "10.0.0.1"), "here"));
    let outcome = Outcome { findings: vec![finding], roots: 1, files: 1, ..Outcome::default() };
    assert_snapshot!(render(&outcome, Format::Full, Style { width: 60, colour: false }), @"
    error[NET001]: it is taken
     --> long.yml:1:9005
      |
    1 | ...x, x, x, x, x, x, 10.0.0.1, y, y, y, y, y, y, y, y...
      |                      ^^^^^^^^ here

    Found 1 error in 1 inventory (1 file)
    ");
}

#[test]
fn two_places_on_one_line_share_it_and_a_fix_may_take_lines_away() {
    let source = Source::new("x.yml", "all:\n  lo: 1, hi: 2\n  gone: |\n    one\n    two\nkept: 1\n");
    let fix = Fix {
        title: "delete it".to_owned(),
        applicability: Applicability::Safe,
        edits: vec![Edit::Replace { place: at(&source, "  gone: |\n    one\n    two\n"), text: String::new() }],
    };
    let finding = Finding::new(&OVERLAP, "they are the same", Label::new(at(&source, "hi: 2"), "second"))
        .related(Label::new(at(&source, "lo: 1"), "first"))
        .related(Label::new(at(&source, "kept"), "third"))
        .fix(fix);
    let outcome = Outcome { findings: vec![finding], roots: 1, files: 1, ..Outcome::default() };
    assert_snapshot!(render(&outcome, Format::Full, PLAIN), @"
    error[NET001]: they are the same
     --> x.yml:2:10
      |
    2 |   lo: 1, hi: 2
      |   -----  ^^^^^ second
      |   |
      |   first
      |
     ::: x.yml:6:1
      |
    6 | kept: 1
      | ---- third
      |
    help: delete it
      |
    3 -   gone: |
    4 -     one
    5 -     two
      |

    Found 1 error in 1 inventory (1 file); 1 can be fixed with --fix
    ");
}

#[test]
fn a_fix_of_many_lines_and_a_rename_are_told_and_not_shown() {
    let source = Source::new("x.yml", "a: 1\n".repeat(40));
    let edits = vec![
        Edit::Replace { place: Place::new(&source, Span { start: 0, end: 190 }), text: String::new() },
        Edit::Rename { from: "group_vars/k8s-cluster".into(), to: "group_vars/k8s_cluster".into() },
    ];
    let fix = Fix { title: "move it".to_owned(), applicability: Applicability::Unsafe, edits };
    let place = Place::new(&source, Span { start: 0, end: 1 });
    let finding = Finding::new(&OVERLAP, "it is old", Label::new(place, "")).fix(fix);
    let outcome = Outcome { findings: vec![finding], roots: 1, files: 1, ..Outcome::default() };
    assert_snapshot!(render(&outcome, Format::Full, PLAIN), @"
    error[NET001]: it is old
     --> x.yml:1:1
      |
    1 | a: 1
      | ^
      |
    help: move it; group_vars/k8s-cluster becomes group_vars/k8s_cluster (with --unsafe-fixes)
      |
      = note: 38 lines change: --diff shows them

    Found 1 error in 1 inventory (1 file); 1 can be fixed with --unsafe-fixes
    ");
}

#[test]
fn a_fingerprint_stays_when_lines_move_and_no_two_are_the_same() {
    let names = |text: &str| {
        let source = Source::new("x.yml", text);
        let finding = || Finding::new(&QUOTED, "it is text", Label::new(at(&source, "\"1400\""), ""));
        fingerprints(&[finding(), finding()], &Path::to_owned)
    };
    let before = names("a: 1\nmtu: \"1400\"\n");
    assert_eq!(before, names("# new\n\n\na: 2\n  mtu: \"1400\"\r\n"));
    assert_ne!(before[0], before[1]);
    assert_ne!(before[0], names("a: 1\nveth_mtu: \"1400\"\n")[0]);
    // What a baseline has written down must mean the same tomorrow.
    assert_eq!(before[0], "e6d389b27a87908f");
}

#[test]
fn a_fingerprint_stays_when_another_place_is_mended_and_when_the_way_to_the_file_is_another() {
    let source = Source::new("/srv/repo/a/x.yml", "mtu: \"1400\"\n");
    let one = Finding::new(&QUOTED, "it is text, and so are 4 more", Label::new(at(&source, "\"1400\""), ""));
    let other = Source::new("a/x.yml", "mtu: \"1400\"\n");
    let other_place = Label::new(at(&other, "mtu"), "here, too");
    let fewer = Finding::new(&QUOTED, "so are 3 more", Label::new(at(&other, "\"1400\""), "")).related(other_place);
    let in_repository = |path: &Path| path.strip_prefix("/srv/repo").unwrap_or(path).to_owned();
    assert_eq!(fingerprints(&[one.clone()], &in_repository), fingerprints(&[fewer], &in_repository));
    let outcome = Outcome { findings: vec![one], ..Outcome::default() };
    for format in Format::value_variants() {
        let text = super::render(&outcome, *format, PLAIN, &in_repository);
        let is_typed = matches!(format, Format::Full | Format::Concise | Format::Json | Format::Junit);
        assert_eq!(text.contains("/srv/repo"), is_typed, "{text}");
    }
}

#[test]
fn findings_stand_by_path_line_column_and_code() {
    let source = Source::new("b.yml", "one: 1\ntwo: 2\n");
    let other = Source::new("a.yml", "one: 1\n");
    let of = |rule, place| Finding::new(rule, "wrong", Label::new(place, ""));
    let findings = vec![
        of(&OVERLAP, at(&source, "two")),
        of(&OVERLAP, at(&source, "1")),
        of(&QUOTED, at(&source, "1")),
        of(&VERSION, at(&other, "one")),
    ];
    let text = render(&Outcome { findings, ..Outcome::default() }, Format::Concise, PLAIN);
    assert_snapshot!(text, @"
    a.yml:1:1: info[KSP001] wrong
    b.yml:1:6: warning[MTU002] wrong
    b.yml:1:6: error[NET001] wrong
    b.yml:2:1: error[NET001] wrong
    ");
}

fn errors(schema: &serde_json::Value, document: &str) -> Vec<String> {
    let validator = jsonschema::validator_for(schema).expect("the schema is one");
    let document = serde_json::from_str(document).expect("it is JSON");
    validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect()
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

#[test]
fn json_is_what_its_published_schema_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schema/lint.json");
    let wanted = serde_json::to_string_pretty(&json::schema()).expect("it is JSON") + "\n";
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

proptest! {
    /// Whatever a file has, wherever a rule points, and whatever it would write.
    #[test]
    fn any_place_of_any_text_is_shown_without_its_secrets(
        before in "[a-z:= \\[\\]{}\"'#\\-\\n\\r\\té✓\u{1b}\u{feff}]{0,60}",
        after in "[a-z:= \\[\\]{}\"'#\\-\\n\\r\\té✓]{0,60}",
        start in any::<prop::sample::Index>(),
        length in 0_usize..40,
        related in any::<prop::sample::Index>(),
        text in "[a-z\\n\\r \\t]{0,9}",
    ) {
        let source = Source::new("x.yml", format!("{before}\nregistry_password: HUNTER\n{after}"));
        let place = |index: prop::sample::Index, length: usize| {
            let start = index.index(source.text().len() + 1);
            let end = (start + length).min(source.text().len());
            Place::new(&source, Span { start, end })
        };
        let finding = Finding::new(&QUOTED, "wrong", Label::new(place(start, length), "here"))
            .related(Label::new(place(related, 1), "there"))
            .fix(replace(place(start, length), &text, Applicability::Safe));
        let outcome = Outcome { findings: vec![finding], ..Outcome::default() };
        for format in Format::value_variants() {
            prop_assert!(!render(&outcome, *format, PLAIN).contains("HUNTER"), "{:?} {:?}", format, source.text());
        }
        let fixed = crate::lint::fix::Fixed::of(&outcome.findings, Applicability::Safe);
        prop_assert!(!fixed.diff().contains("HUNTER"), "{}", fixed.diff());
    }
}
