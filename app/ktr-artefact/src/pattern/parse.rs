//! Reads a pattern by recursive descent, one function per rule of the grammar.
//! It looks one word ahead and never goes back.

use std::borrow::Cow;

use super::{
    Comparator, Comparison, Constraint, Literal, ObjectPath, Observation, Pattern, Qualifier, Step,
    Test, digest,
    scan::{Scanner, is_blank},
    token::{Keyword, Mark, Token},
};
use crate::{
    finding::{Rule, rule},
    limits,
};

impl<'a> Pattern<'a> {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`rule::PATTERN_TOO_LONG`] above [`limits::PATTERN_MAX`] octets; else the first met of [`rule::PATTERN_SYNTAX`],
    /// [`rule::PATTERN_TOO_DEEP`] above [`limits::PATTERN_DEPTH_MAX`] open brackets, [`rule::PATTERN_QUALIFIER_TWICE`],
    /// [`rule::PATTERN_DIGEST`].
    pub fn parse(text: &'a str) -> Result<Self, Rule> {
        if text.len() > limits::PATTERN_MAX {
            return Err(rule::PATTERN_TOO_LONG);
        }
        // As the OASIS validator has it: a comment may stand anywhere but before the first square bracket.
        if !text
            .trim_start_matches(|c| c == '(' || is_blank(c))
            .starts_with('[')
        {
            return Err(rule::PATTERN_SYNTAX);
        }
        let mut scanner = Scanner::new(text);
        let next = scanner.next()?;
        let mut parser = Parser { scanner, next };
        let observation = parser.followed(limits::PATTERN_DEPTH_MAX)?;
        match parser.next {
            None => Ok(Self(observation)),
            Some(_) => Err(rule::PATTERN_SYNTAX),
        }
    }
}

struct Parser<'a> {
    scanner: Scanner<'a>,
    next: Option<Token<'a>>,
}

/// A rule of the grammar, with the number of brackets that may still be opened.
type Read<'a, T> = fn(&mut Parser<'a>, usize) -> Result<T, Rule>;

impl<'a> Parser<'a> {
    /// The next word, taken.
    fn take(&mut self) -> Result<Token<'a>, Rule> {
        let next = self.scanner.next()?;
        let taken = std::mem::replace(&mut self.next, next);
        taken.ok_or(rule::PATTERN_SYNTAX)
    }

    /// Takes the next word if it is this one.
    fn takes_keyword(&mut self, wanted: Keyword) -> Result<bool, Rule> {
        match self.next {
            Some(Token::Keyword(keyword)) if keyword == wanted => self.take().map(|_taken| true),
            Some(_) | None => Ok(false),
        }
    }

    /// Takes the next mark if it is this one.
    fn takes_mark(&mut self, wanted: Mark) -> Result<bool, Rule> {
        match self.next {
            Some(Token::Mark(mark)) if mark == wanted => self.take().map(|_taken| true),
            Some(_) | None => Ok(false),
        }
    }

    fn keyword(&mut self, wanted: Keyword) -> Result<(), Rule> {
        demand(self.takes_keyword(wanted)?)
    }

    fn mark(&mut self, wanted: Mark) -> Result<(), Rule> {
        demand(self.takes_mark(wanted)?)
    }

    fn literal(&mut self) -> Result<Literal<'a>, Rule> {
        match self.take()? {
            Token::Literal(literal) => Ok(literal),
            Token::Plain(_) | Token::Hyphenated(_) | Token::Keyword(_) | Token::Mark(_) => {
                Err(rule::PATTERN_SYNTAX)
            }
        }
    }

    fn text(&mut self) -> Result<Cow<'a, str>, Rule> {
        match self.literal()? {
            Literal::Text(text) => Ok(text),
            Literal::Integer(_)
            | Literal::Decimal(_)
            | Literal::Hex(_)
            | Literal::Binary(_)
            | Literal::Timestamp(_)
            | Literal::Bool(_) => Err(rule::PATTERN_SYNTAX),
        }
    }

    /// One or more parts with `joint` between them; a single one stands for itself.
    fn chain<T>(
        &mut self,
        joint: Keyword,
        part: Read<'a, T>,
        depth: usize,
        join: fn(Vec<T>) -> T,
    ) -> Result<T, Rule> {
        let first = part(self, depth)?;
        if !self.takes_keyword(joint)? {
            return Ok(first);
        }
        let mut parts = vec![first, part(self, depth)?];
        while self.takes_keyword(joint)? {
            parts.push(part(self, depth)?);
        }
        Ok(join(parts))
    }

    fn followed(&mut self, depth: usize) -> Result<Observation<'a>, Rule> {
        let (joint, part) = (Keyword::FollowedBy, Self::any_observation);
        self.chain(joint, part, depth, Observation::FollowedBy)
    }

    fn any_observation(&mut self, depth: usize) -> Result<Observation<'a>, Rule> {
        self.chain(Keyword::Or, Self::all_observations, depth, Observation::Or)
    }

    fn all_observations(&mut self, depth: usize) -> Result<Observation<'a>, Rule> {
        self.chain(Keyword::And, Self::observation, depth, Observation::And)
    }

    fn observation(&mut self, depth: usize) -> Result<Observation<'a>, Rule> {
        if self.takes_mark(Mark::OpenRound)? {
            let inner = self.followed(below(depth)?)?;
            self.mark(Mark::CloseRound)?;
            return Ok(Observation::Group(Box::new(inner), self.qualifiers()?));
        }
        self.mark(Mark::OpenSquare)?;
        let comparison = self.any_comparison(depth)?;
        self.mark(Mark::CloseSquare)?;
        let qualifiers = self.qualifiers()?;
        if has_a_kind_twice(&qualifiers) {
            return Err(rule::PATTERN_QUALIFIER_TWICE);
        }
        Ok(Observation::Simple(comparison, qualifiers))
    }

    fn qualifiers(&mut self) -> Result<Vec<Qualifier<'a>>, Rule> {
        let mut qualifiers = Vec::new();
        loop {
            qualifiers.push(if self.takes_keyword(Keyword::Within)? {
                let seconds = not_negative(&self.literal()?)?;
                self.keyword(Keyword::Seconds)?;
                Qualifier::Within(seconds)
            } else if self.takes_keyword(Keyword::Repeats)? {
                let times = self.literal()?;
                self.keyword(Keyword::Times)?;
                demand(matches!(times, Literal::Integer(_)))?;
                Qualifier::Repeats(not_negative(&times)?)
            } else if self.takes_keyword(Keyword::Start)? {
                let start = timestamp(&self.literal()?)?;
                self.keyword(Keyword::Stop)?;
                Qualifier::StartStop(start, timestamp(&self.literal()?)?)
            } else {
                return Ok(qualifiers);
            });
        }
    }

    fn any_comparison(&mut self, depth: usize) -> Result<Comparison<'a>, Rule> {
        self.chain(Keyword::Or, Self::all_comparisons, depth, Comparison::Or)
    }

    fn all_comparisons(&mut self, depth: usize) -> Result<Comparison<'a>, Rule> {
        self.chain(Keyword::And, Self::comparison, depth, Comparison::And)
    }

    fn comparison(&mut self, depth: usize) -> Result<Comparison<'a>, Rule> {
        if self.takes_mark(Mark::OpenRound)? {
            let inner = self.any_comparison(below(depth)?)?;
            self.mark(Mark::CloseRound)?;
            return Ok(inner);
        }
        let negated = self.takes_keyword(Keyword::Not)?;
        if self.takes_keyword(Keyword::Exists)? {
            return Ok(Comparison::Test(Test {
                path: self.path()?,
                negated,
                constraint: Constraint::Exists,
            }));
        }
        demand(!negated)?;
        let path = self.path()?;
        let negated = self.takes_keyword(Keyword::Not)?;
        let constraint = self.constraint()?;
        digest::check(&path, &constraint)?;
        Ok(Comparison::Test(Test {
            path,
            negated,
            constraint,
        }))
    }

    fn constraint(&mut self) -> Result<Constraint<'a>, Rule> {
        if self.takes_keyword(Keyword::In)? {
            self.set().map(Constraint::In)
        } else if self.takes_keyword(Keyword::Like)? {
            self.text().map(Constraint::Like)
        } else if self.takes_keyword(Keyword::Matches)? {
            self.text().map(Constraint::Matches)
        } else if self.takes_keyword(Keyword::IsSubset)? {
            self.text().map(Constraint::IsSubset)
        } else if self.takes_keyword(Keyword::IsSuperset)? {
            self.text().map(Constraint::IsSuperset)
        } else {
            let comparator = comparator(&self.take()?).ok_or(rule::PATTERN_SYNTAX)?;
            let literal = self.literal()?;
            let orders = !matches!(comparator, Comparator::Equal | Comparator::NotEqual);
            demand(!orders || !matches!(literal, Literal::Bool(_)))?;
            Ok(Constraint::Compare(comparator, literal))
        }
    }

    fn set(&mut self) -> Result<Vec<Literal<'a>>, Rule> {
        self.mark(Mark::OpenRound)?;
        let mut literals = Vec::new();
        if self.takes_mark(Mark::CloseRound)? {
            return Ok(literals);
        }
        literals.push(self.literal()?);
        while self.takes_mark(Mark::Comma)? {
            literals.push(self.literal()?);
        }
        self.mark(Mark::CloseRound)?;
        Ok(literals)
    }

    fn path(&mut self) -> Result<ObjectPath<'a>, Rule> {
        let object_type = match self.take()? {
            Token::Plain(name) | Token::Hyphenated(name) => name,
            Token::Keyword(_) | Token::Literal(_) | Token::Mark(_) => {
                return Err(rule::PATTERN_SYNTAX);
            }
        };
        self.mark(Mark::Colon)?;
        let mut steps = vec![self.key()?];
        loop {
            steps.push(if self.takes_mark(Mark::Dot)? {
                self.key()?
            } else if self.takes_mark(Mark::OpenSquare)? {
                let step = self.index()?;
                self.mark(Mark::CloseSquare)?;
                step
            } else {
                return Ok(ObjectPath { object_type, steps });
            });
        }
    }

    fn key(&mut self) -> Result<Step<'a>, Rule> {
        match self.take()? {
            Token::Plain(name) => Ok(Step::Key(Cow::Borrowed(name))),
            Token::Literal(Literal::Text(name)) => Ok(Step::Key(name)),
            Token::Hyphenated(_) | Token::Keyword(_) | Token::Literal(_) | Token::Mark(_) => {
                Err(rule::PATTERN_SYNTAX)
            }
        }
    }

    fn index(&mut self) -> Result<Step<'a>, Rule> {
        match self.take()? {
            Token::Mark(Mark::Asterisk) => Ok(Step::Any),
            Token::Literal(Literal::Integer(index)) => Ok(Step::Index(index)),
            Token::Plain(_)
            | Token::Hyphenated(_)
            | Token::Keyword(_)
            | Token::Literal(_)
            | Token::Mark(_) => Err(rule::PATTERN_SYNTAX),
        }
    }
}

const fn demand(fine: bool) -> Result<(), Rule> {
    if fine {
        Ok(())
    } else {
        Err(rule::PATTERN_SYNTAX)
    }
}

fn below(depth: usize) -> Result<usize, Rule> {
    depth.checked_sub(1).ok_or(rule::PATTERN_TOO_DEEP)
}

/// A number that has no minus sign, as written.
fn not_negative<'a>(literal: &Literal<'a>) -> Result<&'a str, Rule> {
    match literal {
        Literal::Integer(text) | Literal::Decimal(text) if !text.starts_with('-') => Ok(text),
        Literal::Integer(_)
        | Literal::Decimal(_)
        | Literal::Hex(_)
        | Literal::Binary(_)
        | Literal::Text(_)
        | Literal::Timestamp(_)
        | Literal::Bool(_) => Err(rule::PATTERN_SYNTAX),
    }
}

fn timestamp<'a>(literal: &Literal<'a>) -> Result<&'a str, Rule> {
    match literal {
        Literal::Timestamp(text) => Ok(text),
        Literal::Integer(_)
        | Literal::Decimal(_)
        | Literal::Hex(_)
        | Literal::Binary(_)
        | Literal::Text(_)
        | Literal::Bool(_) => Err(rule::PATTERN_SYNTAX),
    }
}

/// A kind of qualifier may stand on one observation once; on a group it may stand again.
fn has_a_kind_twice(qualifiers: &[Qualifier<'_>]) -> bool {
    (1..).zip(qualifiers).any(|(next, qualifier)| {
        let kind = std::mem::discriminant(qualifier);
        let later = qualifiers.iter().skip(next).take(QUALIFIER_KINDS);
        later.map(std::mem::discriminant).any(|other| other == kind)
    })
}

/// Of so many qualifiers in a row after one, two are alike: no need to look further.
const QUALIFIER_KINDS: usize = 3;

const fn comparator(token: &Token<'_>) -> Option<Comparator> {
    let Token::Mark(mark) = token else {
        return None;
    };
    match mark {
        Mark::Equal => Some(Comparator::Equal),
        Mark::NotEqual => Some(Comparator::NotEqual),
        Mark::Less => Some(Comparator::Less),
        Mark::LessOrEqual => Some(Comparator::LessOrEqual),
        Mark::Greater => Some(Comparator::Greater),
        Mark::GreaterOrEqual => Some(Comparator::GreaterOrEqual),
        Mark::Colon
        | Mark::Dot
        | Mark::Comma
        | Mark::OpenRound
        | Mark::CloseRound
        | Mark::OpenSquare
        | Mark::CloseSquare
        | Mark::Asterisk => None,
    }
}
