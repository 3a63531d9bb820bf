//! `{env:NAME}` in the texts of `cluster`, `source` and `machines`.

use crate::yaml::{self, Kind, Node, Scalar, Source};

/// The sections in which it may stand.
const SECTIONS: [&str; 3] = ["cluster", "source", "machines"];

/// The document with every `{env:NAME}` replaced by what `env` gives for NAME; an unset one is an error.
pub(super) fn expand(root: &Node, source: &Source, env: &dyn Fn(&str) -> Option<String>) -> Result<Node, yaml::Error> {
    let Kind::Mapping(pairs) = &root.kind else { return Ok(root.clone()) };
    let pairs = pairs
        .iter()
        .map(|(key, value)| {
            let value = if key.raw().is_some_and(|key| SECTIONS.contains(&key)) {
                expand_node(value, source, env)?
            } else {
                value.clone()
            };
            Ok((key.clone(), value))
        })
        .collect::<Result<Vec<_>, yaml::Error>>()?;
    Ok(Node { kind: Kind::Mapping(pairs.into()), ..root.clone() })
}

fn expand_node(node: &Node, source: &Source, env: &dyn Fn(&str) -> Option<String>) -> Result<Node, yaml::Error> {
    match &node.kind {
        Kind::Scalar(scalar) if scalar.raw.contains("{env:") => {
            let text = fill(&scalar.raw, env)
                .map_err(|message| yaml::Error::Invalid { location: node.location(source), message })?;
            Ok(Node { kind: Kind::Scalar(Scalar { raw: text.into(), style: scalar.style }), ..node.clone() })
        }
        Kind::Scalar(_) => Ok(node.clone()),
        Kind::Sequence(items) => {
            let items = items.iter().map(|item| expand_node(item, source, env)).collect::<Result<Vec<_>, _>>()?;
            Ok(Node { kind: Kind::Sequence(items.into()), ..node.clone() })
        }
        Kind::Mapping(pairs) => {
            let pairs = pairs
                .iter()
                .map(|(key, value)| Ok((key.clone(), expand_node(value, source, env)?)))
                .collect::<Result<Vec<_>, yaml::Error>>()?;
            Ok(Node { kind: Kind::Mapping(pairs.into()), ..node.clone() })
        }
    }
}

fn fill(text: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{env:") {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            return Err("`{env:` without a closing brace".to_owned());
        };
        out.push_str(
            &env(name)
                .ok_or_else(|| format!("the environment variable {name} is not set; set it before Ansible runs"))?,
        );
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unset_variable_is_an_error_and_braces_stay() {
        let env = |name: &str| (name == "JOB").then(|| "42".to_owned());
        assert_eq!(fill("ci-{env:JOB}-{name}", &env).as_deref(), Ok("ci-42-{name}"));
        assert!(fill("{env:NOPE}", &env).unwrap_err().contains("NOPE"));
        assert!(fill("{env:JOB", &env).is_err());
    }
}
