//! The part of Python's expression grammar that literals are made of.

use super::{Literal, Refusal, map_of, number, set_of, string};

/// Brackets nested deeper than this are a syntax error in Python.
const MAX_DEPTH: usize = 200;

/// A literal as written, before Python builds it. Building can fail where reading did not.
#[derive(Debug)]
pub(super) enum Expression {
    /// A value without parts.
    Atom(Literal),
    /// Something that Python can read and that denotes no literal: a name, a long sum.
    Other,
    List(Vec<Expression>),
    Tuple(Vec<Expression>),
    Set(Vec<Expression>),
    Map(Vec<(Expression, Expression)>),
    /// A sign and what it is applied to.
    Signed(Sign, Box<Expression>),
    /// A sum or difference, which is a literal only as a complex number.
    Sum(Box<Expression>, Sign, Box<Expression>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
}

/// Reads an expression, and what keeps it out of an inventory although Python can read it.
pub(super) fn parse(text: &str) -> Result<(Expression, Option<Refusal>), Refusal> {
    let mut parser = Parser { rest: text, depth: 0, refusal: None };
    let first = parser.expression()?;
    let whole = if parser.take(",") { parser.bare_tuple(first)? } else { first };
    parser.skip_blanks();
    let done = parser.rest.is_empty() || parser.rest.starts_with('#');
    if done { Ok((whole, parser.refusal)) } else { Err(Refusal::NotALiteral) }
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
    refusal: Option<Refusal>,
}

impl Parser<'_> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\x0c']);
    }

    /// Takes a token if it is next.
    fn take(&mut self, token: &str) -> bool {
        self.skip_blanks();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn take_sign(&mut self) -> Option<Sign> {
        if self.take("+") {
            Some(Sign::Plus)
        } else if self.take("-") {
            Some(Sign::Minus)
        } else {
            None
        }
    }

    fn expression(&mut self) -> Result<Expression, Refusal> {
        let mut left = self.signed()?;
        while let Some(sign) = self.take_sign() {
            let right = self.signed()?;
            // Only `real ± imaginary` is a literal: a longer sum never is.
            left = match left {
                Expression::Sum(..) | Expression::Other => Expression::Other,
                left => Expression::Sum(Box::new(left), sign, Box::new(right)),
            };
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Expression, Refusal> {
        let Some(sign) = self.take_sign() else { return self.attribute() };
        let mut is_literal = true;
        while self.take_sign().is_some() {
            is_literal = false;
        }
        let operand = self.attribute()?;
        Ok(if is_literal { Expression::Signed(sign, Box::new(operand)) } else { Expression::Other })
    }

    /// An atom, which names after dots make something else.
    fn attribute(&mut self) -> Result<Expression, Refusal> {
        let mut expression = self.atom()?;
        while self.take(".") {
            self.skip_blanks();
            self.name()?;
            expression = Expression::Other;
        }
        Ok(expression)
    }

    fn atom(&mut self) -> Result<Expression, Refusal> {
        self.skip_blanks();
        let first = self.rest.chars().next().ok_or(Refusal::NotALiteral)?;
        match first {
            '[' => self.nested(|parser| {
                let items = parser.items(Vec::new(), "]")?;
                Ok(Expression::List(items))
            }),
            '(' => self.nested(Self::parenthesis),
            '{' => self.nested(Self::braces),
            '.' if self.rest.starts_with("...") => {
                self.rest = &self.rest[3..];
                Ok(Expression::Atom(Literal::Ellipsis))
            }
            '.' | '0'..='9' => {
                let (number, length) = number::read(self.rest)?;
                self.rest = &self.rest[length..];
                self.refusal = self.refusal.or(number.is_none().then_some(Refusal::TooLarge));
                Ok(Expression::Atom(number.unwrap_or(Literal::Int(0))))
            }
            _ if string::starts(self.rest) => self.strings(),
            _ => self.name(),
        }
    }

    fn nested(&mut self, inner: impl FnOnce(&mut Self) -> Result<Expression, Refusal>) -> Result<Expression, Refusal> {
        if self.depth == MAX_DEPTH {
            return Err(Refusal::NotALiteral);
        }
        self.depth += 1;
        self.rest = &self.rest[1..];
        let expression = inner(self)?;
        self.depth -= 1;
        Ok(expression)
    }

    /// Items up to the closing token, which may follow a comma.
    fn items(&mut self, mut items: Vec<Expression>, close: &str) -> Result<Vec<Expression>, Refusal> {
        loop {
            if self.take(close) {
                return Ok(items);
            }
            items.push(self.expression()?);
            if !self.take(",") {
                return if self.take(close) { Ok(items) } else { Err(Refusal::NotALiteral) };
            }
        }
    }

    fn parenthesis(&mut self) -> Result<Expression, Refusal> {
        if self.take(")") {
            return Ok(Expression::Tuple(Vec::new()));
        }
        let first = self.expression()?;
        if self.take(")") {
            return Ok(first);
        }
        if self.take(",") { Ok(Expression::Tuple(self.items(vec![first], ")")?)) } else { Err(Refusal::NotALiteral) }
    }

    /// The rest of a tuple without parentheses, after its first comma.
    fn bare_tuple(&mut self, first: Expression) -> Result<Expression, Refusal> {
        let mut items = vec![first];
        loop {
            self.skip_blanks();
            if self.rest.is_empty() || self.rest.starts_with('#') {
                return Ok(Expression::Tuple(items));
            }
            items.push(self.expression()?);
            if !self.take(",") {
                return Ok(Expression::Tuple(items));
            }
        }
    }

    fn braces(&mut self) -> Result<Expression, Refusal> {
        if self.take("}") {
            return Ok(Expression::Map(Vec::new()));
        }
        let first = self.expression()?;
        if self.take(":") {
            return self.entries(first);
        }
        if self.take(",") {
            return Ok(Expression::Set(self.items(vec![first], "}")?));
        }
        if self.take("}") { Ok(Expression::Set(vec![first])) } else { Err(Refusal::NotALiteral) }
    }

    /// The entries of a map, after the first key and its colon.
    fn entries(&mut self, first: Expression) -> Result<Expression, Refusal> {
        let mut entries = vec![(first, self.expression()?)];
        loop {
            let more = self.take(",");
            if self.take("}") {
                return Ok(Expression::Map(entries));
            }
            if !more {
                return Err(Refusal::NotALiteral);
            }
            let key = self.expression()?;
            if !self.take(":") {
                return Err(Refusal::NotALiteral);
            }
            entries.push((key, self.expression()?));
        }
    }

    /// One string, or several side by side, which are one.
    fn strings(&mut self) -> Result<Expression, Refusal> {
        let (mut whole, length, refusal) = string::read(self.rest)?;
        self.refusal = self.refusal.or(refusal);
        self.rest = &self.rest[length..];
        self.skip_blanks();
        while string::starts(self.rest) {
            let (next, length, refusal) = string::read(self.rest)?;
            self.refusal = self.refusal.or(refusal);
            match (&mut whole, next) {
                (Literal::Text(whole), Literal::Text(next)) => whole.push_str(&next),
                (Literal::Bytes(whole), Literal::Bytes(next)) => whole.extend(next),
                _ => return Err(Refusal::NotALiteral),
            }
            self.rest = &self.rest[length..];
            self.skip_blanks();
        }
        Ok(Expression::Atom(whole))
    }

    fn name(&mut self) -> Result<Expression, Refusal> {
        let length = self.rest.find(|c| !super::python::is_word(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(length);
        self.rest = rest;
        match name {
            "None" => Ok(Expression::Atom(Literal::None)),
            "True" => Ok(Expression::Atom(Literal::Bool(true))),
            "False" => Ok(Expression::Atom(Literal::Bool(false))),
            "set" if self.take("(") => {
                if self.take(")") {
                    Ok(Expression::Set(Vec::new()))
                } else {
                    Err(Refusal::NotALiteral)
                }
            }
            name if name.starts_with(|c: char| c.is_ascii_digit()) => Err(Refusal::NotALiteral),
            name if name.is_empty() || is_keyword(name) => Err(Refusal::NotALiteral),
            _ => Ok(Expression::Other),
        }
    }
}

fn is_keyword(name: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except",
        "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass",
        "raise", "return", "try", "while", "with", "yield",
    ];
    KEYWORDS.contains(&name)
}

impl Expression {
    /// Builds the value, in Python's order, so that the first thing wrong is the same.
    pub(super) fn evaluate(self) -> Result<Literal, Refusal> {
        let all = |items: Vec<Self>| items.into_iter().map(Self::evaluate).collect::<Result<Vec<_>, _>>();
        match self {
            Self::Atom(literal) => Ok(literal),
            Self::Other => Err(Refusal::NotALiteral),
            Self::List(items) => Ok(Literal::List(all(items)?)),
            Self::Tuple(items) => Ok(Literal::Tuple(all(items)?)),
            Self::Set(items) => set_of(items.into_iter().map(Self::evaluate)),
            Self::Map(entries) => {
                map_of(entries.into_iter().map(|(key, value)| Ok((key.evaluate()?, value.evaluate()?))))
            }
            Self::Signed(sign, number) => number.unsigned_number()?.signed(sign),
            Self::Sum(left, sign, right) => {
                let real = match left.number()? {
                    Literal::Int(real) => approximate(real),
                    Literal::Float(real) => real,
                    _ => return Err(Refusal::NotALiteral),
                };
                let Literal::Complex(_, imaginary) = right.unsigned_number()? else {
                    return Err(Refusal::NotALiteral);
                };
                // Written as the sum that Python computes: it decides the signs of zeros.
                Ok(match sign {
                    Sign::Plus => Literal::Complex(real + 0.0, 0.0 + imaginary),
                    Sign::Minus => Literal::Complex(real - 0.0, 0.0 - imaginary),
                })
            }
        }
    }

    /// A number with or without a sign.
    fn number(self) -> Result<Literal, Refusal> {
        match self {
            Self::Signed(sign, number) => number.unsigned_number()?.signed(sign),
            number => number.unsigned_number(),
        }
    }

    fn unsigned_number(self) -> Result<Literal, Refusal> {
        match self {
            Self::Atom(number @ (Literal::Int(_) | Literal::Float(_) | Literal::Complex(..))) => Ok(number),
            _ => Err(Refusal::NotALiteral),
        }
    }
}

impl Literal {
    fn signed(self, sign: Sign) -> Result<Self, Refusal> {
        Ok(match (sign, self) {
            (Sign::Plus, number) => number,
            (Sign::Minus, Self::Int(number)) => Self::Int(number.checked_neg().ok_or(Refusal::TooLarge)?),
            (Sign::Minus, Self::Float(number)) => Self::Float(-number),
            (Sign::Minus, Self::Complex(real, imaginary)) => Self::Complex(-real, -imaginary),
            (Sign::Minus, _) => return Err(Refusal::NotALiteral),
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "Python's complex numbers lose it too")]
fn approximate(number: i128) -> f64 {
    number as f64
}
