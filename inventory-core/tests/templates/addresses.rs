//! `ipaddr`, against answers of the real filter.

use inventory_core::inventory::Value;
use serde_json::{Value as Json, json};

use crate::{resolved, variables};

/// What an expression gives for variables, as JSON.
fn answer(given: &Json, expression: &str) -> Json {
    let mut given = given.clone();
    given["asked"] = format!("{{{{ {expression} }}}}").into();
    match resolved(&variables(&given), "asked") {
        Ok(value) => serde_json::to_value(value).expect("a value has a form in JSON"),
        Err(why) => panic!("{expression} of {given}: {why}"),
    }
}

fn recorded() -> Json {
    serde_json::from_str(include_str!("ipaddr.json")).expect("recorded JSON")
}

#[test]
fn every_recorded_answer_about_one_value_is_ours() {
    let mut compared = 0;
    for case in recorded()["values"].as_array().unwrap() {
        for (question, expected) in case.as_object().unwrap() {
            let value = "value | ansible.utils.ipaddr";
            let expression = match question.as_str() {
                "value" => continue,
                "plain" => value.to_owned(),
                "net is not false (kubespray check passes)" => format!("({value}('net')) is not false"),
                "net|1|address" | "net|3|address" => {
                    let n = &question[4..5];
                    format!("{value}('net') | ansible.utils.ipaddr({n}) | ansible.utils.ipaddr('address')")
                }
                word => format!("{value}('{word}')"),
            };
            assert_eq!(answer(case, &expression), *expected, "{expression} of {}", case["value"]);
            let other = expression.replace("ansible.utils.", "ansible.netcommon.");
            assert_eq!(answer(case, &other), *expected);
            assert_eq!(answer(case, &expression.replace("ansible.utils.", "")), *expected);
            compared += 1;
        }
    }
    assert_eq!(compared, 32 * 10);
}

#[test]
fn every_recorded_answer_about_two_networks_is_ours() {
    let recorded = recorded();
    let pairs = recorded["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 11);
    for pair in pairs {
        assert_eq!(answer(pair, "pods | ipaddr(services)"), pair["pods|ipaddr(services)"], "{pair}");
        let collides = answer(pair, "(pods | ansible.utils.ipaddr(services) | string) != 'None'");
        assert_eq!(collides, pair["kubespray_collides"], "{pair}");
    }
}

#[test]
fn kubesprays_own_address_expressions_resolve() {
    let given = json!({
        "kube_service_addresses": "10.233.0.0/18",
        "kube_service_subnets": "{{ kube_service_addresses }},{{ six }}",
        "six": "fd85:ee78:d8a6:8607::1000/116",
        "mixed": ["10.0.0.5", "fd00::5", "none of these", ""],
    });
    let nth = |n| {
        format!(
            "kube_service_subnets.split(',') | first | ansible.utils.ipaddr('net') | ansible.utils.ipaddr({n}) | \
             ansible.utils.ipaddr('address')"
        )
    };
    assert_eq!(answer(&given, &nth(1)), "10.233.0.1");
    assert_eq!(answer(&given, &nth(3)), "10.233.0.3");
    assert_eq!(answer(&given, &nth(-2)), "10.233.63.254");
    assert_eq!(answer(&given, "mixed | ansible.utils.ipv4"), json!(["10.0.0.5"]));
    assert_eq!(answer(&given, "mixed | ipv6('address')"), json!(["fd00::5"]));
    assert_eq!(answer(&given, "mixed | ansible.utils.ipwrap"), json!(["10.0.0.5", "[fd00::5]", "none of these", ""]));
    assert_eq!(answer(&given, "six | ansible.utils.ipwrap"), "[fd85:ee78:d8a6:8607::1000]/116");
}

#[test]
fn a_query_nobody_here_knows_is_not_checked() {
    let given = variables(&json!({"asked": "{{ '10.0.0.0/8' | ipaddr('peer') }}"}));
    let why = resolved(&given, "asked").unwrap_err().why;
    assert_eq!(why, "the query `peer` of `ipaddr` is not known here");
    let short = variables(&json!({"asked": "{{ '10/8' | ipaddr }}"}));
    assert!(resolved(&short, "asked").is_err());
    assert_eq!(resolved(&variables(&json!({"asked": "{{ 'x' | ipaddr }}"})), "asked"), Ok(Value::Bool(false)));
}
