//! The one reader of YAML: a tree with places, quoting, tags and comments, and serde on top.
//!
//! [`parse`] and [`parse_one`] give the tree as it is written, [`Node::resolve`] and [`Node::entries`] what Ansible
//! makes of it, and [`from_source`] a type, with errors that name the place and the nearest key. Nothing here knows
//! what the values are for.

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
mod spanned;
mod syntax;
mod timestamp;

pub use de::{Duplicates, from_node, from_node_with, from_source};
pub use edit::set_top_level_key;
pub use emit::{Entry, Plain, emit};
pub use error::Error;
pub use nearest::nearest;
pub use node::{Kind, Node, Resolved, Scalar, Style};
pub use parse::{Comment, Document, MAX_DEPTH, MAX_NODES, parse, parse_one};
pub use scalar::python_float;
pub use source::{Location, MAX_FILE_BYTES, Source, Span};
pub use spanned::Spanned;
