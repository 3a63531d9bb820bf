//! The one reader of YAML: a tree with places, quoting, tags and comments, and serde on top.
//!
//! [`parse`] and [`parse_one`] give the tree as it is written, [`Node::resolve`] and [`Node::entries`] what Ansible
//! makes of it, and [`from_source`] a type, with errors that name the place and the nearest key. Nothing here knows
//! what the values are for.
//!
//! ```
//! use inventory_core::yaml::{Resolved, Source, from_source, parse_one};
//!
//! let source = Source::new("hosts.yml", "mac: 52:54:00:12:34:56\nports: [22, http]\n");
//! let root = parse_one(&source)?.root.expect("the text is not empty");
//! let mac = root.get("mac", &source).expect("the key is there");
//! assert_eq!(mac.resolve(), Resolved::Int(41_135_085_296));
//!
//! #[derive(Debug, serde::Deserialize)]
//! struct Machine {
//!     ports: Vec<u16>,
//! }
//! let error = from_source::<Machine>(&source).expect_err("a port is a number");
//! assert_eq!(error.location().to_string(), "hosts.yml:2:13");
//! assert_eq!(error.to_string(), "expected a whole number, found text \"http\"");
//! # Ok::<(), inventory_core::yaml::Error>(())
//! ```

mod access;
mod de;
mod dialect;
mod edit;
mod emit;
mod error;
mod fault;
mod nearest;
mod node;
mod parse;
mod scalar;
mod source;
mod syntax;
mod timestamp;

pub(crate) use de::{AS_WRITTEN, LOCATED};
pub use de::{Duplicates, from_node, from_node_with, from_source};
pub(crate) use edit::is_same;
pub use edit::{Remark, set_path, set_top_level_key};
pub use emit::{Entry, Plain, emit};
pub use error::Error;
pub use nearest::{nearest, nearest_within};
pub use node::{Kind, Node, Resolved, Scalar, Style};
pub use parse::{Comment, Document, MAX_DEPTH, MAX_NODES, parse, parse_one};
pub use scalar::python_float;
pub use source::{Location, MAX_FILE_BYTES, Source, Span};
pub use syntax::explain_json;
