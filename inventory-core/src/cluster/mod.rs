//! The cluster file: what one person writes about one cluster.
//!
//! The types here are the file's shape. Whatever can be checked on its own is checked while reading, so that every
//! mistake has a line and a column; what depends on the machines found is `assemble`'s.

mod env;
mod file;
mod glob;
mod groups;
mod hosts;
mod machines;
mod members;
mod network;
mod other_words;
mod places;
mod schema;
mod settings;
pub mod startable;
mod template;
mod time_span;
mod vars_template;
mod version;

pub use file::{ClusterFile, ClusterName, Layout, LoadError, Loaded, PLUGIN_PREFIX, name_from_path};
pub(crate) use file::{SOURCES, source_of};
pub use glob::NameGlob;
pub use groups::{FromTag, GroupSpec, Groups, Numbers, OtherHost, Selector, TagWish};
pub use hosts::{AddressRule, HostKeys, Hosts};
pub use machines::{Machines, Order, WithoutAddress};
pub use members::Member;
pub use network::{
    Accepted, ApiAddress, ApiBy, Avoid, EncryptionWish, HardWayNames, LoadBalancer, MtuWish, Network, OwnCni,
    RangeWish, Roles, Site,
};
pub use places::Places;
pub use schema::schema;
pub use settings::{Cluster, RoleGroups};
pub use startable::Unstartable;
pub use template::{Filling, NameTemplate, Placeholder, Template, TemplateError, Unfilled};
pub use time_span::{TimeSpan, TimeSpanError};
pub use vars_template::{VarsTemplate, VarsTemplates};
pub use version::KubesprayVersion;
