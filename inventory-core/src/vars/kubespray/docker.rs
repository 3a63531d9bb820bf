//! The container runtime, and docker's bridge.

use super::draft::{Draft, File};
use super::unwritable::Unwritable;
use crate::inventory::Value;
use crate::vars::reason;
use crate::vars::tree::{Occurrence, Reading};

const OPTION: &str = "--bip";

pub(super) fn draft(draft: &mut Draft<'_>) -> Result<(), Unwritable> {
    let plan = draft.plan;
    let runtime = &plan.container_manager;
    if runtime.is_written {
        draft.choose(
            File::Cluster,
            "container_manager",
            runtime,
            runtime.value.clone(),
            draft.release.container_manager(),
        );
    }
    let Some(bip) = &plan.docker_bip else { return Ok(()) };
    if runtime.value != "docker" {
        return Err(Unwritable::NoDocker { bip: bip.value, runtime: runtime.value.clone() });
    }
    let option = format!("{OPTION}={}", bip.value);
    let refused = |was: String| Unwritable::DockerOptions { option: option.clone(), was };
    let options = match draft.now(&["docker_options"]) {
        Some(Occurrence { reading: Reading::Plain(Value::Null), .. }) => option.clone(),
        Some(Occurrence { reading: Reading::Plain(value) | Reading::Template(value), location, .. }) => {
            let was = value.as_str().unwrap_or_default();
            match with_option(was, &option) {
                Some(options) => options,
                None => return Err(refused(format!("in {location} it has others"))),
            }
        }
        Some(Occurrence { location, .. }) => return Err(refused(format!("in {location} it cannot be read"))),
        // The role's own text up to v2.10 holds the log options and the path of docker's data.
        None if !draft.release.is_since(11) => {
            return Err(refused(format!("kubespray {} has others of its own", draft.release.version())));
        }
        None => option.clone(),
    };
    let why = reason::of(bip, &plan.levels);
    draft.write(File::Docker, &["docker_options"], Value::user(options), &why);
    Ok(())
}

/// The options with this one in the place of its like; all of it where there were none. `None`: there are others, and
/// none like it.
fn with_option(options: &str, option: &str) -> Option<String> {
    if options.trim().is_empty() {
        return Some(option.to_owned());
    }
    let mut is_there = false;
    let mut words = options.split(' ').peekable();
    let mut changed = Vec::new();
    while let Some(word) = words.next() {
        if word == OPTION {
            words.next();
        } else if !word.starts_with(OPTION) || !word[OPTION.len()..].starts_with('=') {
            changed.push(word);
            continue;
        }
        is_there = true;
        changed.push(option);
    }
    is_there.then(|| changed.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_options_stay_as_they_are() {
        let with = |options| with_option(options, "--bip=172.31.255.1/24");
        assert_eq!(with("").as_deref(), Some("--bip=172.31.255.1/24"));
        assert_eq!(with("--bip=10.0.0.1/8").as_deref(), Some("--bip=172.31.255.1/24"));
        assert_eq!(
            with("--debug  --bip 10.0.0.1/8 {{ docker_log_opts }}").as_deref(),
            Some("--debug  --bip=172.31.255.1/24 {{ docker_log_opts }}")
        );
        assert_eq!(with("--debug"), None);
        assert_eq!(with("--bip6=fd00::1/64"), None);
    }
}
