//! Operators, as Python has them. What Python refuses is not checked, and so is what it does in surprising ways.

use minijinja::machinery::ast::BinOpKind;

use super::NotChecked;
use super::data::Data;
use super::evaluation::Evaluation;

/// Items of a list that `+` made.
const LONGEST_LIST: usize = 20_000;

impl Evaluation<'_, '_> {
    /// An operator whose sides are both evaluated.
    pub(super) fn operator(&mut self, kind: BinOpKind, left: Data, right: Data) -> Result<Data, NotChecked> {
        let (left, right) = (left.defined()?, right.defined()?);
        Ok(match kind {
            BinOpKind::Concat => {
                let text = self.python_text(&left)? + &self.python_text(&right)?;
                self.check_length(text.len())?;
                Data::text(text)
            }
            BinOpKind::Eq => Data::Bool(self.equal(&left, &right)?),
            BinOpKind::Ne => Data::Bool(!self.equal(&left, &right)?),
            BinOpKind::Lt => Data::Bool(order(&left, &right)?.is_lt()),
            BinOpKind::Lte => Data::Bool(order(&left, &right)?.is_le()),
            BinOpKind::Gt => Data::Bool(order(&left, &right)?.is_gt()),
            BinOpKind::Gte => Data::Bool(order(&left, &right)?.is_ge()),
            BinOpKind::In => Data::Bool(self.is_in(&left, &right)?),
            BinOpKind::Add => return self.sum(&left, &right),
            BinOpKind::Sub
            | BinOpKind::Mul
            | BinOpKind::Div
            | BinOpKind::FloorDiv
            | BinOpKind::Rem
            | BinOpKind::Pow => {
                return arithmetic(kind, &left, &right);
            }
            BinOpKind::ScAnd | BinOpKind::ScOr => {
                if left.is_true()? == matches!(kind, BinOpKind::ScAnd) {
                    right
                } else {
                    left
                }
            }
        })
    }

    fn sum(&mut self, left: &Data, right: &Data) -> Result<Data, NotChecked> {
        match (left, right) {
            (Data::Text(left), Data::Text(right)) => {
                self.check_length(left.len() + right.len())?;
                Ok(Data::text(format!("{left}{right}")))
            }
            (Data::List(left), Data::List(right)) => {
                if left.len() + right.len() > LONGEST_LIST {
                    return Err(NotChecked::new("it grows too long to follow"));
                }
                self.spend(left.len() + right.len())?;
                Ok(Data::List(left.iter().chain(right.iter()).cloned().collect()))
            }
            _ => arithmetic(BinOpKind::Add, left, right),
        }
    }

    /// Python's `==`: numbers and truth values are compared as numbers, maps whatever their order.
    pub(super) fn equal(&mut self, left: &Data, right: &Data) -> Result<bool, NotChecked> {
        self.spend(1)?;
        let (left, right) = (self.force(left.clone())?.defined()?, self.force(right.clone())?.defined()?);
        if let (Some(left), Some(right)) = (Number::of(&left), Number::of(&right)) {
            return Ok(left.order(right)?.is_eq());
        }
        Ok(match (&left, &right) {
            (Data::Null, Data::Null) => true,
            (Data::Text(left), Data::Text(right)) => left == right,
            (Data::List(left), Data::List(right)) | (Data::Tuple(left), Data::Tuple(right)) => {
                if left.len() != right.len() {
                    return Ok(false);
                }
                for (left, right) in left.iter().zip(right.iter()) {
                    if !self.nested(|evaluation| evaluation.equal(left, right))? {
                        return Ok(false);
                    }
                }
                true
            }
            (Data::Map(left), Data::Map(right)) => {
                if left.len() != right.len() {
                    return Ok(false);
                }
                for (key, left) in left.iter() {
                    let Some(right) = right.get(key) else { return Ok(false) };
                    if !self.nested(|evaluation| evaluation.equal(left, right))? {
                        return Ok(false);
                    }
                }
                true
            }
            (Data::View(_), _) | (_, Data::View(_)) => {
                return Err(NotChecked::new("it compares the keys or values of a map"));
            }
            _ => false,
        })
    }

    /// Python's `in`.
    pub(super) fn is_in(&mut self, item: &Data, container: &Data) -> Result<bool, NotChecked> {
        match (item, container) {
            (Data::Text(part), Data::Text(text)) => Ok(text.contains(&**part)),
            (Data::Text(key), Data::Map(map)) => Ok(map.contains_key(&**key)),
            (item, Data::List(items) | Data::Tuple(items) | Data::View(items)) => {
                for other in items.iter() {
                    if self.equal(item, other)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            _ => Err(NotChecked::new(format!("it looks for {} in {}", item.sort(), container.sort()))),
        }
    }
}

/// A number, or a truth value that Python takes for one.
#[derive(Clone, Copy)]
enum Number {
    Int(i128),
    Float(f64),
}

impl Number {
    fn of(data: &Data) -> Option<Self> {
        match data {
            Data::Int(value) => Some(Self::Int(*value)),
            Data::Bool(value) => Some(Self::Int((*value).into())),
            Data::Float(value) => Some(Self::Float(*value)),
            _ => None,
        }
    }

    fn order(self, other: Self) -> Result<std::cmp::Ordering, NotChecked> {
        match (self, other) {
            (Self::Int(left), Self::Int(right)) => Ok(left.cmp(&right)),
            _ => {
                self.to_float()?.partial_cmp(&other.to_float()?).ok_or_else(|| NotChecked::new("it compares no number"))
            }
        }
    }

    /// Exact, or not at all.
    fn to_float(self) -> Result<f64, NotChecked> {
        match self {
            Self::Float(value) => Ok(value),
            Self::Int(value) => i32::try_from(value).map(f64::from).map_err(|_| too_large()),
        }
    }
}

fn too_large() -> NotChecked {
    NotChecked::new("it calculates with numbers too large to follow")
}

/// Python's order: of numbers, and of texts by code points.
pub(super) fn order(left: &Data, right: &Data) -> Result<std::cmp::Ordering, NotChecked> {
    match (left, right) {
        (Data::Text(left), Data::Text(right)) => Ok(left.cmp(right)),
        _ => match (Number::of(left), Number::of(right)) {
            (Some(left), Some(right)) => left.order(right),
            _ => Err(NotChecked::new(format!("it compares {} with {}", left.sort(), right.sort()))),
        },
    }
}

fn arithmetic(kind: BinOpKind, left: &Data, right: &Data) -> Result<Data, NotChecked> {
    let (left, right) = match (left, right) {
        (Data::Int(left), Data::Int(right)) => return whole_arithmetic(kind, *left, *right),
        (Data::Int(_) | Data::Float(_), Data::Int(_) | Data::Float(_)) => (Number::of(left), Number::of(right)),
        _ => return Err(NotChecked::new(format!("it calculates with {} and {}", left.sort(), right.sort()))),
    };
    let (Some(left), Some(right)) = (left, right) else { return Err(too_large()) };
    let (left, right) = (left.to_float()?, right.to_float()?);
    match kind {
        BinOpKind::Add => Ok(Data::Float(left + right)),
        BinOpKind::Sub => Ok(Data::Float(left - right)),
        BinOpKind::Mul => Ok(Data::Float(left * right)),
        BinOpKind::Div if right != 0.0 => Ok(Data::Float(left / right)),
        _ => Err(NotChecked::new("it calculates with fractions in a way not known here")),
    }
}

fn whole_arithmetic(kind: BinOpKind, left: i128, right: i128) -> Result<Data, NotChecked> {
    if right == 0 && matches!(kind, BinOpKind::Div | BinOpKind::FloorDiv | BinOpKind::Rem) {
        return Err(NotChecked::new("it divides by zero"));
    }
    let result = match kind {
        BinOpKind::Add => left.checked_add(right),
        BinOpKind::Sub => left.checked_sub(right),
        BinOpKind::Mul => left.checked_mul(right),
        BinOpKind::Div => {
            let (left, right) = (Number::Int(left).to_float()?, Number::Int(right).to_float()?);
            return Ok(Data::Float(left / right));
        }
        // Python rounds down, and a remainder has the sign of what it was divided by.
        BinOpKind::FloorDiv => floor_division(left, right).map(|(quotient, _)| quotient),
        BinOpKind::Rem => floor_division(left, right).map(|(_, remainder)| remainder),
        BinOpKind::Pow => u32::try_from(right).ok().and_then(|right| left.checked_pow(right)),
        _ => None,
    };
    result.map(Data::Int).ok_or_else(too_large)
}

fn floor_division(left: i128, right: i128) -> Option<(i128, i128)> {
    let (quotient, remainder) = (left.checked_div(right)?, left.checked_rem(right)?);
    if remainder != 0 && (remainder < 0) != (right < 0) {
        return Some((quotient.checked_sub(1)?, remainder.checked_add(right)?));
    }
    Some((quotient, remainder))
}

/// A number with its sign changed.
pub(super) fn negated(data: &Data) -> Result<Data, NotChecked> {
    match data {
        Data::Int(value) => value.checked_neg().map(Data::Int).ok_or_else(too_large),
        Data::Float(value) => Ok(Data::Float(-value)),
        other => Err(NotChecked::new(format!("it negates {}", other.sort()))),
    }
}
