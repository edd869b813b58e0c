//! What a string of a rule can spell out, part by part: texts, expressions and octets between braces in one form.
//! What is spelled there is not judged here.

use std::{collections::BTreeSet, ops::Range};

use regex_syntax::{
    ast::{Ast, Repetition, RepetitionKind, RepetitionRange, parse::ParserBuilder},
    hir::{Class, HirKind, translate::TranslatorBuilder},
};

use super::tree::Token;

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
}

impl Part {
    fn new(kind: Kind, optional: bool, place: Range<usize>) -> Self {
        Self {
            fits_a_name: fits_a_name(&kind),
            separators: separators(&kind),
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

/// The parts of an expression without slashes and flags; nothing if it is none.
pub(super) fn expression(source: &str) -> Option<Vec<Part>> {
    // Both engines read `{,3}` as `{0,3}`.
    let mut parser = ParserBuilder::new().empty_min_range(true).build();
    let ast = parser.parse(source).ok()?;
    let mut parts = Vec::new();
    read(&ast, source, &mut parts)?;
    Some(parts)
}

fn read(ast: &Ast, source: &str, parts: &mut Vec<Part>) -> Option<()> {
    let place = ast.span().start.offset..ast.span().end.offset;
    match ast {
        Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => {}
        Ast::Literal(literal) => {
            let mut buffer = [0; 4];
            let letter = literal.c.encode_utf8(&mut buffer).as_bytes();
            let octet = literal.byte().map(|octet| vec![octet]);
            let octets = octet.unwrap_or_else(|| letter.to_vec());
            parts.extend(octets.into_iter().map(|octet| fixed(octet, place.clone())));
        }
        Ast::Dot(_) | Ast::ClassUnicode(_) | Ast::ClassPerl(_) | Ast::ClassBracketed(_) => {
            parts.push(once(class(ast, source)?, place));
        }
        Ast::Repetition(repetition) => parts.extend(repeated(repetition, source, place)?),
        Ast::Group(group) => {
            parts.push(once(Kind::Choice(choices(&group.ast, source)?), place));
        }
        Ast::Alternation(_) => parts.push(once(Kind::Choice(choices(ast, source)?), place)),
        Ast::Concat(concat) => {
            for ast in &concat.asts {
                read(ast, source, parts)?;
            }
        }
    }
    Some(())
}

fn choices(ast: &Ast, source: &str) -> Option<Vec<Vec<Part>>> {
    let asts = if let Ast::Alternation(alternation) = ast {
        alternation.asts.as_slice()
    } else {
        std::slice::from_ref(ast)
    };
    let choice = |ast: &Ast| {
        let mut parts = Vec::new();
        read(ast, source, &mut parts).map(|()| parts)
    };
    asts.iter().map(choice).collect()
}

fn repeated(repetition: &Repetition, source: &str, place: Range<usize>) -> Option<Vec<Part>> {
    let (least, most) = match &repetition.op.kind {
        RepetitionKind::ZeroOrOne => (0, Some(1)),
        RepetitionKind::ZeroOrMore => (0, None),
        RepetitionKind::OneOrMore => (1, None),
        RepetitionKind::Range(RepetitionRange::Exactly(count)) => (*count, Some(*count)),
        RepetitionKind::Range(RepetitionRange::AtLeast(count)) => (*count, None),
        RepetitionKind::Range(RepetitionRange::Bounded(least, most)) => (*least, Some(*most)),
    };
    let mut parts = Vec::new();
    read(&repetition.ast, source, &mut parts)?;
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
    // How many separators there are at least tells a share from a path; elsewhere once stands for often.
    let times = count.and_then(|count| SEPARATORS_MAX.checked_div(count));
    let times = times.map_or(1, |times| least.min(times)).max(1);
    let part = Part::new(kind, least == 0, place);
    let mut repeated: Vec<Part> = (1..times).map(|_| part.clone()).collect();
    // One separator or more may be the two before a host.
    if count.is_some() && least == 1 && most.is_none() {
        let more = Part {
            optional: true,
            ..part.clone()
        };
        repeated.push(more);
    }
    repeated.push(part);
    Some(repeated)
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
