//! Which hypervisors are asked, and what each is called.

use std::collections::HashMap;
use std::sync::Arc;

use inventory_core::cli::Failure;
use inventory_core::cluster::Places;

use super::uri::{self, Uri};
use crate::options::LibvirtOptions;

/// Who is asked when nobody is named: what `virsh` of root asks.
const SYSTEM: &str = "qemu:///system";

/// What the hypervisor of this machine is called among others.
const HERE: &str = "localhost";

/// A hypervisor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Its name, where there are several or somebody named it.
    pub(super) name: Option<String>,
    /// Its URI as the user wrote it.
    pub(super) shown: String,
    /// Its URI for libvirt.
    pub(super) dialled: String,
}

impl Place {
    fn new(name: Option<&str>, uri: &str) -> Result<Arc<Self>, Failure> {
        let uri = if uri.is_empty() { SYSTEM } else { uri };
        if uri.chars().any(char::is_control) {
            let what = format!("{uri:?} is no connection URI: there is a control character in it");
            return Err(Failure::usage(what, "a URI is written qemu:///system or qemu+ssh://root@hv1/system"));
        }
        if uri::has_password(uri) {
            let what = format!(
                "the URI of {} has a password in it, which libvirt would not use and everybody could read",
                Uri::of(uri).and_then(|uri| uri.host()).unwrap_or("the hypervisor")
            );
            return Err(Failure::usage(what, "delete it, and let SSH log in with a key, or libvirt with an auth file"));
        }
        let name = name.map(str::to_owned);
        Ok(Arc::new(Self { name, shown: uri.to_owned(), dialled: uri::without_prompts(uri) }))
    }

    /// What the URI says.
    pub(super) fn uri(&self) -> Option<Uri<'_>> {
        Uri::of(&self.dialled)
    }
}

/// The hypervisors that the options name, in their order.
pub(super) fn places(options: &LibvirtOptions, default: Option<&str>) -> Result<Vec<Arc<Place>>, Failure> {
    match (&options.uri, &options.uris) {
        (Some(_), Some(_)) => Err(Failure::usage(
            "both `uri` and `uris` name hypervisors",
            "keep one of them: `uri` for one hypervisor, `uris` for several",
        )),
        (Some(uri), None) => Ok(vec![Place::new(None, uri)?]),
        (None, None) => Ok(vec![Place::new(None, default.unwrap_or_default())?]),
        (None, Some(Places::Named(named))) => {
            let places: Vec<_> =
                named.iter().map(|(name, uri)| Place::new(Some(name), uri)).collect::<Result<_, _>>()?;
            if let Some(name) = named.keys().find(|name| !fits_a_place(name)) {
                let what = format!("{name:?} under `uris` cannot be the name of a place");
                return Err(Failure::usage(what, "letters, digits, `.`, `_` and `-` may stand in it: hv1"));
            }
            some(places)
        }
        (None, Some(Places::Unnamed(uris))) => match uris.as_slice() {
            [uri] => Ok(vec![Place::new(None, uri)?]),
            uris => some(named_by_host(uris)?),
        },
    }
}

fn some(places: Vec<Arc<Place>>) -> Result<Vec<Arc<Place>>, Failure> {
    if places.is_empty() {
        return Err(Failure::usage(
            "`uris` names no hypervisor",
            "write one: `uris: {hv1: qemu+ssh://root@hv1/system}`",
        ));
    }
    Ok(places)
}

/// Names that nobody chose: the hosts of the URIs.
fn named_by_host(uris: &[String]) -> Result<Vec<Arc<Place>>, Failure> {
    let mut known: HashMap<&str, &str> = HashMap::new();
    let mut places = Vec::with_capacity(uris.len());
    for uri in uris {
        let host = match Uri::of(uri) {
            Some(read) => read.host().unwrap_or(HERE),
            None if uri.is_empty() => HERE,
            None => uri,
        };
        let place = Place::new(Some(host), uri)?;
        if !fits_a_place(host) {
            let what = format!("{} among several URIs needs a name, and its host {host:?} makes none", place.shown);
            return Err(Failure::usage(what, format!("write a map in the file: `uris: {{hv1: {}}}`", place.shown)));
        }
        if let Some(first) = known.insert(host, uri) {
            let what = format!("{first} and {} are both called {host}", place.shown);
            let remedy = format!("write a map in the file: `uris: {{hv1: {first}, hv2: {}}}`", place.shown);
            return Err(Failure::usage(what, remedy));
        }
        places.push(place);
    }
    Ok(places)
}

/// Whether a name can be that of a place, and so the end of a group's.
fn fits_a_place(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(options: &str) -> Result<Vec<(Option<String>, String)>, String> {
        let options: LibvirtOptions = serde_json::from_str(options).unwrap();
        let places = places(&options, Some("qemu+ssh://hv9/system")).map_err(|failure| {
            assert!(!failure.remedy().is_empty());
            failure.message().to_owned()
        })?;
        Ok(places.iter().map(|place| (place.name.clone(), place.shown.clone())).collect())
    }

    fn place(name: Option<&str>, uri: &str) -> (Option<String>, String) {
        (name.map(str::to_owned), uri.to_owned())
    }

    #[test]
    fn one_hypervisor_needs_no_name() {
        assert_eq!(of(r#"{"uri": "qemu:///session"}"#), Ok(vec![place(None, "qemu:///session")]));
        assert_eq!(of(r#"{"uris": "qemu:///session"}"#), Ok(vec![place(None, "qemu:///session")]));
        assert_eq!(of(r#"{"uri": ""}"#), Ok(vec![place(None, "qemu:///system")]));
        assert_eq!(of("{}"), Ok(vec![place(None, "qemu+ssh://hv9/system")]));
        let nobody = places(&LibvirtOptions::default(), None).unwrap();
        assert_eq!(nobody[0].shown, "qemu:///system");
    }

    #[test]
    fn several_are_called_as_the_map_says_or_like_their_hosts() {
        assert_eq!(of(r#"{"uris": {"a": "qemu:///system"}}"#), Ok(vec![place(Some("a"), "qemu:///system")]));
        assert_eq!(
            of(r#"{"uris": ["qemu:///system", "qemu+ssh://root@10.0.0.2:22/system", "hail"]}"#),
            Ok(vec![
                place(Some("localhost"), "qemu:///system"),
                place(Some("10.0.0.2"), "qemu+ssh://root@10.0.0.2:22/system"),
                place(Some("hail"), "hail"),
            ])
        );
    }

    #[test]
    fn names_that_would_be_one_or_none_are_refused() {
        insta::assert_snapshot!(of(r#"{"uris": ["qemu+ssh://hv1/system", "qemu+ssh://hv1:23/system"]}"#).unwrap_err(), @"qemu+ssh://hv1/system and qemu+ssh://hv1:23/system are both called hv1");
        insta::assert_snapshot!(of(r#"{"uris": ["qemu+ssh://[fd00::1]/system", "qemu:///system"]}"#).unwrap_err(), @r#"qemu+ssh://[fd00::1]/system among several URIs needs a name, and its host "fd00::1" makes none"#);
        insta::assert_snapshot!(of(r#"{"uris": {"hv 1": "qemu:///system"}}"#).unwrap_err(), @r#""hv 1" under `uris` cannot be the name of a place"#);
        insta::assert_snapshot!(of(r#"{"uri": "a", "uris": ["b"]}"#).unwrap_err(), @"both `uri` and `uris` name hypervisors");
        insta::assert_snapshot!(of(r#"{"uris": []}"#).unwrap_err(), @"`uris` names no hypervisor");
    }

    #[test]
    fn a_nul_never_reaches_libvirt_and_a_password_nobody() {
        insta::assert_snapshot!(of(r#"{"uri": "qemu:///sys\u0000tem"}"#).unwrap_err(), @r#""qemu:///sys\0tem" is no connection URI: there is a control character in it"#);
        let words = of(r#"{"uris": {"a": "qemu+ssh://root:hunter2@hv1/system"}}"#).unwrap_err();
        insta::assert_snapshot!(words, @"the URI of hv1 has a password in it, which libvirt would not use and everybody could read");
    }
}
