//! Files of variables, `group_vars` and `host_vars`, as Ansible's loader builds them.

use super::error::{Error, Fault, Problem};
use super::tree::{self, Shape, Tree, Unfit};
use crate::inventory::{Author, Value};
use crate::yaml::{Node, Source};

/// Refuses what Ansible refuses to load as variables. What Python takes for false is as good as an empty file.
pub(crate) fn check(source: &Source, root: &Node) -> Result<(), Error> {
    let tree = Tree { source, is_json: tree::is_json(source) };
    let checked = tree.check(root).and_then(|()| {
        let fits = tree::is_falsy(root) || matches!(tree.shape(root)?, Shape::Map(_));
        if fits { Ok(()) } else { Err(Fault::new(root.span, Problem::NoVariables(root.describe()))) }
    });
    checked.map_err(|fault| fault.in_source(source))
}

/// The value of a variable, or why we cannot hold it.
pub(crate) fn value(source: &Source, node: &Node) -> Result<Value, String> {
    let tree = Tree { source, is_json: tree::is_json(source) };
    tree.value(node, Author::User).map_err(|unfit| match unfit {
        Unfit::Fault(fault) => fault.problem.to_string(),
        Unfit::Refusal(_, refusal) => refusal.to_string(),
    })
}
