//! Expressions.

use std::rc::Rc;

use indexmap::IndexMap;
use minijinja::machinery::ast::{self, BinOpKind, CallArg, CompareOpKind, Expr, UnaryOpKind};

use super::NotChecked;
use super::arguments::Arguments;
use super::data::Data;
use super::evaluation::Evaluation;
use super::operators::negated;
use super::statements::Locals;

/// What `.name` finds on a map before it looks for an item of that name.
const MAP_METHODS: [&str; 11] =
    ["clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"];

impl Evaluation<'_, '_> {
    /// An expression's value, which may be undefined but is no template.
    pub(super) fn expression(&mut self, expression: &Expr<'_>, locals: &Locals) -> Result<Data, NotChecked> {
        self.spend(1)?;
        self.nested(|evaluation| {
            let data = evaluation.expression_here(expression, locals)?;
            evaluation.force(data)
        })
    }

    fn expression_here(&mut self, expression: &Expr<'_>, locals: &Locals) -> Result<Data, NotChecked> {
        match expression {
            Expr::Var(name) => match locals.get(name.id) {
                Some(data) => Ok(data),
                None => self.variable(name.id),
            },
            Expr::Const(constant) => literal(&constant.value),
            Expr::UnaryOp(operator) => {
                let data = self.value(&operator.expr, locals)?;
                match operator.op {
                    UnaryOpKind::Not => Ok(Data::Bool(!data.is_true()?)),
                    UnaryOpKind::Neg => negated(&data),
                }
            }
            Expr::BinOp(operator) => self.binary(operator, locals),
            Expr::Compare(chain) => self.comparison(chain, locals),
            Expr::IfExpr(choice) => {
                if self.value(&choice.test_expr, locals)?.is_true()? {
                    return self.expression(&choice.true_expr, locals);
                }
                match &choice.false_expr {
                    Some(other) => self.expression(other, locals),
                    None => Err(NotChecked::new("an `if` without an `else` gives nothing here")),
                }
            }
            Expr::Filter(filter) => {
                let Some(input) = &filter.expr else { return Err(NotChecked::new("a filter has nothing to filter")) };
                let input = self.expression(input, locals)?;
                let arguments = self.arguments(&filter.args, locals)?;
                self.filter(filter.name, input, arguments)
            }
            Expr::Test(test) => {
                if !reads_as_jinja_does(test) {
                    return Err(NotChecked::new("a test is followed by a sign or another test"));
                }
                let input = self.expression(&test.expr, locals)?;
                let arguments = self.arguments(&test.args, locals)?;
                self.test(test.name, &input, arguments).map(Data::Bool)
            }
            Expr::GetAttr(attribute) => {
                if matches!(&attribute.expr, Expr::Var(name) if name.id == "loop")
                    && !Locals::is_of_loop(attribute.name)
                {
                    return Err(NotChecked::new(format!("`loop.{}` is not known here", attribute.name)));
                }
                let data = self.expression(&attribute.expr, locals)?;
                self.attribute(&data, attribute.name)
            }
            Expr::GetItem(item) => {
                let data = self.expression(&item.expr, locals)?;
                let key = self.value(&item.subscript_expr, locals)?;
                self.item(&data, &key)
            }
            Expr::Slice(slice) => self.slice(slice, locals),
            Expr::Call(call) => self.call(call, locals),
            Expr::List(list) => Ok(Data::List(self.values(&list.items, locals)?.into())),
            Expr::Tuple(tuple) => Ok(Data::Tuple(self.values(&tuple.items, locals)?.into())),
            Expr::Map(map) => {
                let (keys, values) = (self.values(&map.keys, locals)?, self.values(&map.values, locals)?);
                let mut out = IndexMap::with_capacity(keys.len());
                for (key, value) in keys.into_iter().zip(values) {
                    let Data::Text(key) = key else { return Err(NotChecked::new("a map's key is no text")) };
                    out.insert(key.to_string(), value);
                }
                Ok(Data::Map(Rc::new(out)))
            }
        }
    }

    /// An expression that has to have a value.
    pub(super) fn value(&mut self, expression: &Expr<'_>, locals: &Locals) -> Result<Data, NotChecked> {
        self.expression(expression, locals)?.defined()
    }

    fn values(&mut self, expressions: &[Expr<'_>], locals: &Locals) -> Result<Vec<Data>, NotChecked> {
        expressions.iter().map(|expression| self.value(expression, locals)).collect()
    }

    fn binary(&mut self, operator: &ast::BinOp<'_>, locals: &Locals) -> Result<Data, NotChecked> {
        let left = self.value(&operator.left, locals)?;
        let is_decided = match operator.op {
            BinOpKind::ScAnd => !left.is_true()?,
            BinOpKind::ScOr => left.is_true()?,
            _ => false,
        };
        if is_decided {
            return Ok(left);
        }
        let right = self.value(&operator.right, locals)?;
        self.operator(operator.op, left, right)
    }

    fn comparison(&mut self, chain: &ast::Compare<'_>, locals: &Locals) -> Result<Data, NotChecked> {
        let mut left = self.value(&chain.expr, locals)?;
        for next in &chain.ops {
            let right = self.value(&next.expr, locals)?;
            let (kind, wanted) = match next.op {
                CompareOpKind::Eq => (BinOpKind::Eq, true),
                CompareOpKind::Ne => (BinOpKind::Ne, true),
                CompareOpKind::Lt => (BinOpKind::Lt, true),
                CompareOpKind::Lte => (BinOpKind::Lte, true),
                CompareOpKind::Gt => (BinOpKind::Gt, true),
                CompareOpKind::Gte => (BinOpKind::Gte, true),
                CompareOpKind::In => (BinOpKind::In, true),
                CompareOpKind::NotIn => (BinOpKind::In, false),
            };
            if self.operator(kind, left, right.clone())?.is_true()? != wanted {
                return Ok(Data::Bool(false));
            }
            left = right;
        }
        Ok(Data::Bool(true))
    }

    fn arguments<'t>(&mut self, written: &[CallArg<'t>], locals: &Locals) -> Result<Arguments<'t>, NotChecked> {
        let (mut positional, mut named) = (Vec::new(), Vec::new());
        for argument in written {
            match argument {
                CallArg::Pos(value) => positional.push(self.expression(value, locals)?),
                CallArg::Kwarg(name, value) => named.push((*name, self.expression(value, locals)?)),
                CallArg::PosSplat(_) | CallArg::KwargSplat(_) => {
                    return Err(NotChecked::new("it unpacks arguments with `*`"));
                }
            }
        }
        Ok(Arguments::new(positional, named))
    }

    fn call(&mut self, call: &ast::Call<'_>, locals: &Locals) -> Result<Data, NotChecked> {
        match &call.expr {
            Expr::GetAttr(method) => {
                let data = self.value(&method.expr, locals)?;
                let arguments = self.arguments(&call.args, locals)?;
                self.method(&data, method.name, arguments)
            }
            Expr::Var(function) => {
                Err(NotChecked::new(format!("the function `{}` can only be called by Ansible", function.id)))
            }
            _ => Err(NotChecked::new("it calls something that is not known here")),
        }
    }

    /// `data.name`
    pub(super) fn attribute(&mut self, data: &Data, name: &str) -> Result<Data, NotChecked> {
        match data {
            Data::Map(map) if !MAP_METHODS.contains(&name) && !name.starts_with('_') => {
                map.get(name).map_or_else(|| Ok(missing(name)), |item| self.force(item.clone()))
            }
            Data::Undefined(_) => Ok(data.clone()),
            other => {
                Err(NotChecked::new(format!("`.{name}` of {} is not known here", other.clone().defined()?.sort())))
            }
        }
    }

    /// `data[key]`
    pub(super) fn item(&mut self, data: &Data, key: &Data) -> Result<Data, NotChecked> {
        match (data, key) {
            (Data::Undefined(_), _) => Ok(data.clone()),
            (Data::Map(map), Data::Text(key)) if !key.starts_with('_') => match map.get(&**key) {
                Some(item) => self.force(item.clone()),
                // Jinja then looks for an attribute of that name.
                None if MAP_METHODS.contains(&&**key) => Err(NotChecked::new(format!("`[{key:?}]` is a method"))),
                None => Ok(missing(key)),
            },
            (Data::List(items) | Data::Tuple(items), Data::Int(index)) => match position(*index, items.len()) {
                Some(index) => self.force(items[index].clone()),
                None => Ok(Data::Undefined(format!("there is no item {index} in a list").into())),
            },
            (Data::Text(text), Data::Int(index)) => {
                let found = position(*index, text.chars().count()).and_then(|index| text.chars().nth(index));
                Ok(found.map_or_else(
                    || Data::Undefined(format!("there is no character {index} in a text").into()),
                    |c| Data::text(c.to_string()),
                ))
            }
            (data, key) => {
                let sort = data.clone().defined()?.sort();
                Err(NotChecked::new(format!("{} as a subscript of {sort} is not known here", key.sort())))
            }
        }
    }

    fn slice(&mut self, slice: &ast::Slice<'_>, locals: &Locals) -> Result<Data, NotChecked> {
        let data = self.value(&slice.expr, locals)?;
        if slice.step.is_some() {
            return Err(NotChecked::new("a slice with a step is not known here"));
        }
        let start = self.bound(slice.start.as_ref(), locals)?;
        let stop = self.bound(slice.stop.as_ref(), locals)?;
        let range = |length: usize| {
            let start = start.map_or(0, |start| clamped(start, length));
            start..stop.map_or(length, |stop| clamped(stop, length)).max(start)
        };
        match data {
            Data::List(items) => Ok(Data::List(items[range(items.len())].into())),
            Data::Text(text) => {
                let range = range(text.chars().count());
                Ok(Data::text(text.chars().skip(range.start).take(range.len()).collect::<String>()))
            }
            other => Err(NotChecked::new(format!("a slice of {} is not known here", other.sort()))),
        }
    }

    fn bound(&mut self, bound: Option<&Expr<'_>>, locals: &Locals) -> Result<Option<i128>, NotChecked> {
        match bound.map(|bound| self.value(bound, locals)).transpose()? {
            None | Some(Data::Null) => Ok(None),
            Some(Data::Int(bound)) => Ok(Some(bound)),
            Some(other) => Err(NotChecked::new(format!("{} as the bound of a slice", other.sort()))),
        }
    }
}

/// Jinja reads `is divisibleby -2` as a difference, and refuses `is number is string`; our parser takes both.
fn reads_as_jinja_does(test: &ast::Test<'_>) -> bool {
    let tested = match &test.expr {
        Expr::UnaryOp(operator) => &operator.expr,
        other => other,
    };
    !matches!(tested, Expr::Test(_)) && !matches!(test.args[..], [CallArg::Pos(Expr::UnaryOp(_))])
}

fn literal(value: &minijinja::Value) -> Result<Data, NotChecked> {
    use minijinja::value::ValueKind;

    let number = || NotChecked::new("a number is too large to follow");
    Ok(match value.kind() {
        ValueKind::None => Data::Null,
        ValueKind::Bool => Data::Bool(value.is_true()),
        ValueKind::String => Data::text(value.as_str().unwrap_or_default()),
        ValueKind::Number if value.is_integer() => Data::Int(i128::try_from(value.clone()).map_err(|_| number())?),
        ValueKind::Number => Data::Float(f64::try_from(value.clone()).map_err(|_| number())?),
        _ => return Err(NotChecked::new("a literal is not known here")),
    })
}

fn missing(name: &str) -> Data {
    Data::Undefined(format!("a map has no `{name}`").into())
}

/// The place of an index that may count from the end.
fn position(index: i128, length: usize) -> Option<usize> {
    let length = i128::try_from(length).ok()?;
    let index = if index < 0 { index.checked_add(length)? } else { index };
    usize::try_from(index).ok().filter(|_| index < length)
}

fn clamped(bound: i128, length: usize) -> usize {
    let whole = i128::try_from(length).unwrap_or(i128::MAX);
    let bound = if bound < 0 { bound.saturating_add(whole) } else { bound };
    usize::try_from(bound.clamp(0, whole)).unwrap_or(length)
}
