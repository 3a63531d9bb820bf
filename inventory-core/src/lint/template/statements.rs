//! Statements: what a template writes, piece by piece.

use std::rc::Rc;

use indexmap::IndexMap;
use minijinja::machinery::ast::{self, Expr, Stmt};

use super::NotChecked;
use super::data::Data;
use super::evaluation::Evaluation;

/// The names that a template gives to values itself, the innermost last.
#[derive(Default)]
pub(super) struct Locals(Vec<(String, Data)>);

impl Locals {
    pub(super) fn get(&self, name: &str) -> Option<Data> {
        self.0.iter().rev().find(|(other, _)| other == name).map(|(_, data)| data.clone())
    }

    /// Whether a loop says this about its turn, and we know it.
    pub(super) fn is_of_loop(name: &str) -> bool {
        matches!(name, "index" | "index0" | "revindex" | "revindex0" | "first" | "last" | "length")
    }

    fn set(&mut self, name: &str, data: Data) {
        self.0.push((name.to_owned(), data));
    }
}

impl Evaluation<'_, '_> {
    /// The pieces that a template writes.
    pub(super) fn rendered(&mut self, template: &ast::Template<'_>) -> Result<Vec<Data>, NotChecked> {
        let mut parts = Vec::new();
        self.statements(&template.children, &mut Locals::default(), &mut parts)?;
        Ok(parts)
    }

    fn statements(
        &mut self,
        statements: &[Stmt<'_>],
        locals: &mut Locals,
        parts: &mut Vec<Data>,
    ) -> Result<(), NotChecked> {
        for statement in statements {
            self.spend(1)?;
            self.nested(|evaluation| evaluation.statement(statement, locals, parts))?;
        }
        Ok(())
    }

    fn statement(
        &mut self,
        statement: &Stmt<'_>,
        locals: &mut Locals,
        parts: &mut Vec<Data>,
    ) -> Result<(), NotChecked> {
        match statement {
            Stmt::EmitRaw(text) => {
                if !text.raw.is_empty() {
                    parts.push(Data::text(text.raw));
                }
            }
            Stmt::EmitExpr(emitted) => parts.push(self.value(&emitted.expr, locals)?),
            Stmt::IfCond(choice) => {
                let body =
                    if self.value(&choice.expr, locals)?.is_true()? { &choice.true_body } else { &choice.false_body };
                self.statements(body, locals, parts)?;
            }
            Stmt::ForLoop(written) => self.for_loop(written, locals, parts)?,
            Stmt::Set(assignment) => {
                let Expr::Var(name) = &assignment.target else { return Err(unknown("set")) };
                let data = self.value(&assignment.expr, locals)?;
                locals.set(name.id, data);
            }
            Stmt::Template(_) => return Err(unknown("template")),
            Stmt::WithBlock(_) => return Err(unknown("with")),
            Stmt::SetBlock(_) => return Err(unknown("set")),
            Stmt::AutoEscape(_) => return Err(unknown("autoescape")),
            Stmt::FilterBlock(_) => return Err(unknown("filter")),
            Stmt::Do(_) => return Err(unknown("do")),
        }
        Ok(())
    }

    fn for_loop(
        &mut self,
        written: &ast::ForLoop<'_>,
        locals: &mut Locals,
        parts: &mut Vec<Data>,
    ) -> Result<(), NotChecked> {
        if written.recursive {
            return Err(NotChecked::new("a recursive loop is not known here"));
        }
        let iterated = self.value(&written.iter, locals)?;
        let outside = locals.0.len();
        let mut turns = Vec::new();
        for item in self.items(&iterated)? {
            unpack(&written.target, &item, locals)?;
            let is_wanted = match &written.filter_expr {
                Some(condition) => self.value(condition, locals)?.is_true()?,
                None => true,
            };
            locals.0.truncate(outside);
            if is_wanted {
                turns.push(item);
            }
        }
        if turns.is_empty() {
            self.statements(&written.else_body, locals, parts)?;
        }
        for (index, item) in turns.iter().enumerate() {
            unpack(&written.target, item, locals)?;
            locals.set("loop", turn(index, turns.len()));
            self.statements(&written.body, locals, parts)?;
            // What a loop sets is gone with its turn.
            locals.0.truncate(outside);
        }
        Ok(())
    }
}

fn unpack(target: &Expr<'_>, item: &Data, locals: &mut Locals) -> Result<(), NotChecked> {
    match (target, item) {
        (Expr::Var(name), item) => locals.set(name.id, item.clone()),
        (Expr::Tuple(names), Data::Tuple(items) | Data::List(items)) if names.items.len() == items.len() => {
            for (name, item) in names.items.iter().zip(items.iter()) {
                let Expr::Var(name) = name else { return Err(unknown("for")) };
                locals.set(name.id, item.clone());
            }
        }
        _ => return Err(NotChecked::new("a loop does not fit what it unpacks")),
    }
    Ok(())
}

fn turn(index: usize, length: usize) -> Data {
    let number = |number: usize| i128::try_from(number).map_or(Data::Null, Data::Int);
    let said = [
        ("index", number(index + 1)),
        ("index0", number(index)),
        ("revindex", number(length - index)),
        ("revindex0", number(length - index - 1)),
        ("first", Data::Bool(index == 0)),
        ("last", Data::Bool(index + 1 == length)),
        ("length", number(length)),
    ];
    Data::Map(Rc::new(said.into_iter().map(|(name, data)| (name.to_owned(), data)).collect::<IndexMap<_, _>>()))
}

fn unknown(statement: &str) -> NotChecked {
    NotChecked::new(format!("this use of `{{% {statement} %}}` is not known here"))
}
