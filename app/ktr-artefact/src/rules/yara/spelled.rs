//! What a string of a rule can spell out, part by part: texts, expressions and octets between braces in one form.
//! What is spelled there is not judged here.

use std::{collections::BTreeSet, ops::Range};

use regex_syntax::{
    ast::{Ast, Repetition, RepetitionKind, RepetitionRange, parse::ParserBuilder},
    hir::{Class, HirKind, translate::TranslatorBuilder},
};

use super::tree::Token;
use crate::{
    finding::{Rule, rule},
    limits,
};

/// A part of a string, and where it stands in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Part {
    pub(super) kind: Kind,
    /// It may be left out.
    pub(super) optional: bool,
    /// Its place, with what says how often it comes.
    pub(super) place: Range<usize>,
    /// Whether all of it may stand in a name, as told once where it is made: asked at each depth, a deep group would be gone through as often
    /// as it is deep.
    pub(super) fits_a_name: bool,
    /// How many separators it is, at most, if it is nothing else; told once for the same reason.
    separators: Option<u32>,
    /// How many parts it is made of, itself among them; told once for the same reason.
    size: usize,
}

impl Part {
    fn new(kind: Kind, optional: bool, place: Range<usize>) -> Self {
        Self {
            fits_a_name: fits_a_name(&kind),
            separators: separators(&kind),
            size: size(&kind),
            kind,
            optional,
            place,
        }
    }
}

/// What a part stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// One of a few octets, in lower case.
    Octet(BTreeSet<u8>),
    /// Many octets are possible, but no separator.
    Inside,
    /// Whatever it may be, it is short.
    Any,
    /// Any number of any octets.
    Gap,
    /// One of several.
    Choice(Vec<Vec<Part>>),
}

/// What separates the parts of a path.
pub(super) const fn is_separator(octet: u8) -> bool {
    matches!(octet, b'\\' | b'/')
}

/// More octets than these are not spelled out.
const SPELLED_MAX: usize = 4;
/// More separators than these are not counted.
const SEPARATORS_MAX: u32 = 16;
/// More octets of any kind than these are a gap.
const ANY_MAX: u32 = 4;

/// The parts of a text.
pub(super) fn text(octets: &[u8]) -> Vec<Part> {
    let octets = octets.iter().enumerate();
    octets
        .map(|(at, octet)| fixed(*octet, at..at.saturating_add(1)))
        .collect()
}

fn fixed(octet: u8, place: Range<usize>) -> Part {
    let kind = Kind::Octet(BTreeSet::from([octet.to_ascii_lowercase()]));
    once(kind, place)
}

fn once(kind: Kind, place: Range<usize>) -> Part {
    Part::new(kind, false, place)
}

fn fits_a_name(kind: &Kind) -> bool {
    match kind {
        Kind::Octet(octets) => {
            octets
                .iter()
                .any(|octet| *octet == 0 || is_of_a_name(*octet))
                && !octets.iter().any(|octet| is_separator(*octet))
        }
        Kind::Inside | Kind::Any => true,
        Kind::Gap => false,
        Kind::Choice(choices) => choices.iter().flatten().all(|part| part.fits_a_name),
    }
}

pub(super) const fn is_of_a_name(octet: u8) -> bool {
    octet.is_ascii_alphanumeric()
        || octet > 0x7F
        || matches!(octet, b'-' | b'_' | b'.' | b' ' | b'@')
}

/// The parts of what stands between braces; the places count tokens.
pub(super) fn hex(tokens: &[Token]) -> Vec<Part> {
    let mut rest = tokens.iter().enumerate();
    let choices = hex_choices(&mut rest);
    vec![once(Kind::Choice(choices), 0..tokens.len())]
}

/// What is left between braces, numbered.
type Rest<'a> = std::iter::Enumerate<std::slice::Iter<'a, Token>>;

fn hex_choices(rest: &mut Rest<'_>) -> Vec<Vec<Part>> {
    let (mut choices, mut parts) = (Vec::new(), Vec::new());
    while let Some((at, token)) = rest.next() {
        let place = at..at.saturating_add(1);
        match token.text.as_str() {
            "(" => parts.push(once(Kind::Choice(hex_choices(rest)), place)),
            "|" => choices.push(std::mem::take(&mut parts)),
            ")" => break,
            "[" => parts.push(once(jump(rest), place)),
            text => parts.push(match u8::from_str_radix(text, 16) {
                Ok(octet) => fixed(octet, place),
                Err(_) => once(Kind::Any, place),
            }),
        }
    }
    choices.push(parts);
    choices
}

/// What stands between square brackets: `4`, `2-4`, `2-` or `-`.
fn jump(rest: &mut Rest<'_>) -> Kind {
    let words = rest.map(|(_, token)| token.text.as_str());
    let last = words.take_while(|word| *word != "]").last();
    let most: Option<u32> = last.and_then(|last| last.parse().ok());
    if most.is_some_and(|most| most <= ANY_MAX) {
        Kind::Any
    } else {
        Kind::Gap
    }
}

/// The parts of an expression without slashes and flags.
///
/// # Errors
/// [`rule::YARA_REGEX`] if it is none; [`rule::YARA_SLOW`] if its counts spell more parts than [`limits::YARA_SPELLED_MAX`].
pub(super) fn expression(source: &str) -> Result<Vec<Part>, Rule> {
    spelled(source, None)
}

/// As [`expression`]; a class of letters beyond octets is whatever it may be, and no error.
///
/// # Errors
/// As [`expression`].
pub(super) fn expression_of_letters(source: &str) -> Result<Vec<Part>, Rule> {
    spelled(source, Some(Kind::Any))
}

fn spelled(source: &str, beyond: Option<Kind>) -> Result<Vec<Part>, Rule> {
    // Both engines read `{,3}` as `{0,3}`.
    let mut parser = ParserBuilder::new().empty_min_range(true).build();
    let ast = parser.parse(source).map_err(|_error| rule::YARA_REGEX)?;
    let mut spelling = Spelling {
        source,
        beyond,
        left: limits::YARA_SPELLED_MAX,
    };
    let mut parts = Vec::new();
    spelling.read(&ast, &mut parts)?;
    Ok(parts)
}

/// An expression that is being spelled out.
struct Spelling<'a> {
    source: &'a str,
    /// What stands for a class that octets do not tell; an error where there is nothing.
    beyond: Option<Kind>,
    /// So many parts more may be spelled.
    left: usize,
}

impl Spelling<'_> {
    /// Says that so many parts are about to be spelled; asked before they are made, so that they never take the memory.
    fn take(&mut self, parts: usize) -> Result<(), Rule> {
        self.left = self.left.checked_sub(parts).ok_or(rule::YARA_SLOW)?;
        Ok(())
    }

    fn read(&mut self, ast: &Ast, parts: &mut Vec<Part>) -> Result<(), Rule> {
        let place = ast.span().start.offset..ast.span().end.offset;
        match ast {
            Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => {}
            Ast::Literal(literal) => {
                let mut buffer = [0; 4];
                let letter = literal.c.encode_utf8(&mut buffer).as_bytes();
                let octet = literal.byte().map(|octet| vec![octet]);
                let octets = octet.unwrap_or_else(|| letter.to_vec());
                self.take(octets.len())?;
                parts.extend(octets.into_iter().map(|octet| fixed(octet, place.clone())));
            }
            Ast::Dot(_) | Ast::ClassUnicode(_) | Ast::ClassPerl(_) | Ast::ClassBracketed(_) => {
                self.take(1)?;
                let kind = class(ast, self.source).or_else(|| self.beyond.clone());
                let kind = kind.ok_or(rule::YARA_REGEX)?;
                parts.push(once(kind, place));
            }
            Ast::Repetition(repetition) => parts.extend(self.repeated(repetition, place)?),
            Ast::Group(group) => parts.push(once(self.choice(&group.ast)?, place)),
            Ast::Alternation(_) => parts.push(once(self.choice(ast)?, place)),
            Ast::Concat(concat) => {
                for ast in &concat.asts {
                    self.read(ast, parts)?;
                }
            }
        }
        Ok(())
    }

    fn choice(&mut self, ast: &Ast) -> Result<Kind, Rule> {
        self.take(1)?;
        let asts = if let Ast::Alternation(alternation) = ast {
            alternation.asts.as_slice()
        } else {
            std::slice::from_ref(ast)
        };
        let mut choices = Vec::new();
        for ast in asts {
            let mut parts = Vec::new();
            self.read(ast, &mut parts)?;
            choices.push(parts);
        }
        Ok(Kind::Choice(choices))
    }

    fn repeated(
        &mut self,
        repetition: &Repetition,
        place: Range<usize>,
    ) -> Result<Vec<Part>, Rule> {
        let (least, most) = counts(&repetition.op.kind);
        let mut parts = Vec::new();
        self.read(&repetition.ast, &mut parts)?;
        let far = most.is_none_or(|most| most > ANY_MAX);
        let count = parts.iter().map(|part| part.separators);
        let count = count.sum::<Option<u32>>();
        // Moved and not copied: groups may stand deep in each other.
        let kind = match (parts.len(), parts.pop()) {
            (1, Some(part)) if part.kind == Kind::Any && far => Kind::Gap,
            (1, Some(part)) if !part.optional => part.kind,
            (_, end) => {
                parts.extend(end);
                Kind::Choice(vec![parts])
            }
        };
        let part = Part::new(kind, least == 0, place);
        let (times, more) = copies(count, least, most);
        let copied = times.saturating_add(more).saturating_sub(1);
        // A group that was made round the parts is one more.
        self.take(part.size.saturating_mul(copied).saturating_add(1))?;
        // The last one is moved here too.
        let maybe = (0..more).map(|_| Part {
            optional: true,
            ..part.clone()
        });
        let mut repeated: Vec<Part> = maybe.collect();
        repeated.extend((1..times).map(|_| part.clone()));
        repeated.push(part);
        Ok(repeated)
    }
}

/// How often something comes at least, and at most.
const fn counts(kind: &RepetitionKind) -> (u32, Option<u32>) {
    match kind {
        RepetitionKind::ZeroOrOne => (0, Some(1)),
        RepetitionKind::ZeroOrMore => (0, None),
        RepetitionKind::OneOrMore => (1, None),
        RepetitionKind::Range(RepetitionRange::Exactly(count)) => (*count, Some(*count)),
        RepetitionKind::Range(RepetitionRange::AtLeast(count)) => (*count, None),
        RepetitionKind::Range(RepetitionRange::Bounded(least, most)) => (*least, Some(*most)),
    }
}

/// How often what is `count` separators and nothing else is spelled for sure, and how often more than that: how many separators there are tells a
/// share from a path. Elsewhere once stands for often.
fn copies(count: Option<u32>, least: u32, most: Option<u32>) -> (usize, usize) {
    let times = count.and_then(|count| SEPARATORS_MAX.checked_div(count));
    let times = times.map_or(1, |times| least.min(times)).max(1);
    // Of one separator as many as there may be; without an end twice as many, for a host has twice as many before it as behind it. What is several
    // already was counted inside: spelled again at each level, groups in groups would double with each.
    let reach = if count == Some(1) {
        most.unwrap_or_else(|| times.saturating_mul(2))
            .min(SEPARATORS_MAX)
    } else {
        times
    };
    let number = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    (number(times), number(reach.saturating_sub(times)))
}

/// How many parts something is made of, itself among them.
fn size(kind: &Kind) -> usize {
    match kind {
        Kind::Choice(choices) => {
            let parts = choices.iter().flatten().map(|part| part.size);
            parts.fold(1, usize::saturating_add)
        }
        Kind::Octet(_) | Kind::Inside | Kind::Any | Kind::Gap => 1,
    }
}

/// How many separators a part of nothing else is, at most.
fn separators(kind: &Kind) -> Option<u32> {
    match kind {
        Kind::Octet(octets) => octets.iter().all(|octet| is_separator(*octet)).then_some(1),
        Kind::Choice(choices) => {
            let count = |parts: &Vec<Part>| parts.iter().map(|part| part.separators).sum();
            let counts: Option<Vec<u32>> = choices.iter().map(count).collect();
            counts?.into_iter().max()
        }
        Kind::Inside | Kind::Any | Kind::Gap => None,
    }
}

/// What a class or a dot stands for.
fn class(ast: &Ast, source: &str) -> Option<Kind> {
    let mut translator = TranslatorBuilder::new().unicode(false).utf8(false).build();
    let hir = translator.translate(source, ast).ok()?;
    let octets: BTreeSet<u8> = if let HirKind::Class(Class::Bytes(class)) = hir.kind() {
        let ranges = class.ranges().iter();
        ranges
            .flat_map(|range| range.start()..=range.end())
            .map(|octet| octet.to_ascii_lowercase())
            .collect()
    } else if let HirKind::Literal(literal) = hir.kind() {
        // A class of one.
        literal.0.iter().map(u8::to_ascii_lowercase).collect()
    } else {
        return None;
    };
    Some(if octets.len() <= SPELLED_MAX {
        Kind::Octet(octets)
    } else if octets.iter().any(|octet| is_separator(*octet)) {
        Kind::Any
    } else {
        Kind::Inside
    })
}
