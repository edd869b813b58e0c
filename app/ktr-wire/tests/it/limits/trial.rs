//! From good octets of a message to octets in which one field holds as much as it may, or one more.
//! What the decoder says to them is judged elsewhere.

use prost::encoding::{
    DecodeContext, WireType, decode_key, decode_varint, encode_key, encode_varint, skip_field,
};

use super::read::{Field, Kind, Schema};

/// One field of one message, tried inside good octets of what is sent or stored.
#[derive(Debug)]
pub(super) struct Trial {
    /// `board.Appoint.seats` for how many, `bundle.Seal.nominations[]` for how long each may be.
    pub(super) field: String,
    /// Octets with as many elements as the limit allows, made in several ways; empty where the limit is one of length.
    pub(super) full: Vec<Vec<u8>>,
    /// The same with one more, in the same order; for lengths, the field with one octet more.
    pub(super) over: Vec<Vec<u8>>,
}

/// Every trial of a message and of those inside it, after the limits that `limit` knows.
pub(super) fn trials(
    schema: &Schema,
    name: &str,
    octets: &[u8],
    limit: &dyn Fn(&str) -> Option<usize>,
) -> Vec<Trial> {
    let parts = Part::all(octets);
    let mut found = Vec::new();
    for field in &schema.messages[name] {
        let path = format!("{name}.{}", field.name);
        let here: Vec<usize> = (0..parts.len())
            .filter(|at| parts[*at].tag == field.tag)
            .collect();
        if let (Kind::Message(inner), false) = (&field.kind, here.is_empty()) {
            for at in &here {
                let below = trials(schema, inner, &parts[*at].octets, limit);
                let put = |octets: Vec<Vec<u8>>| {
                    let whole = octets.into_iter().map(|octets| {
                        let mut parts = parts.clone();
                        parts[*at].octets = octets;
                        Part::join(&parts)
                    });
                    whole.collect()
                };
                found.extend(below.into_iter().map(|trial| Trial {
                    field: trial.field,
                    full: put(trial.full),
                    over: put(trial.over),
                }));
            }
        }
        if let (true, Some(first)) = (field.repeated, here.first())
            && let Some(max) = limit(&path)
        {
            let element = &parts[*first].octets;
            let with = |count: usize, way: Way| {
                let mut parts = parts.clone();
                parts.retain(|part| part.tag != field.tag);
                let list = list(schema, field, element, (count, way));
                parts.splice(*first..*first, list);
                Part::join(&parts)
            };
            found.push(Trial {
                field: path.clone(),
                full: Way::ALL.map(|way| with(max, way)).to_vec(),
                over: Way::ALL.map(|way| with(max + 1, way)).to_vec(),
            });
        }
        let each = if field.repeated {
            format!("{path}[]")
        } else {
            path
        };
        if matches!(field.kind, Kind::Bytes | Kind::Text)
            && let Some(max) = limit(&each)
        {
            let over = here.iter().map(|at| {
                let mut parts = parts.clone();
                parts[*at].octets.resize(max + 1, b'a');
                Part::join(&parts)
            });
            let over: Vec<_> = over.collect();
            found.extend((!over.is_empty()).then_some(Trial {
                field: each,
                full: Vec::new(),
                over,
            }));
        }
    }
    found
}

/// How elements of a list are made different from each other.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// Not at all.
    Same,
    /// The first number in each rises.
    Number,
    /// The first octets in each rise.
    Octets,
}

impl Way {
    const ALL: [Self; 3] = [Self::Same, Self::Number, Self::Octets];
}

/// So many elements after the example of one; numbers are packed into one part.
fn list(schema: &Schema, field: &Field, element: &[u8], (count, way): (usize, Way)) -> Vec<Part> {
    let part = |octets| Part {
        tag: field.tag,
        number: None,
        octets,
    };
    let numbers = 1..=u64::try_from(count).expect("few");
    if field.kind == Kind::Number {
        let mut packed = Vec::new();
        numbers.for_each(|n| encode_varint(n, &mut packed));
        return vec![part(packed)];
    }
    numbers
        .map(|n| part(varied(schema, field, element, (n, way))))
        .collect()
}

fn varied(schema: &Schema, field: &Field, element: &[u8], (n, way): (u64, Way)) -> Vec<u8> {
    let letter = |place: u64| u8::try_from(n / place % 26).expect("a letter") + b'a';
    match (&field.kind, way) {
        (Kind::Text, _) => vec![letter(676), letter(26), letter(1)],
        (Kind::Bytes, _) => rising(element, n),
        (Kind::Message(inner), Way::Number | Way::Octets) => {
            let mut parts = Part::all(element);
            let kinds = &schema.messages[inner];
            let wanted = |part: &Part| {
                let kind = kinds.iter().find(|known| known.tag == part.tag);
                match way {
                    Way::Number => kind.is_some_and(|known| known.kind == Kind::Number),
                    Way::Same | Way::Octets => kind.is_some_and(|known| known.kind == Kind::Bytes),
                }
            };
            if let Some(part) = parts.iter_mut().find(|part| wanted(part)) {
                part.number = part.number.map(|_| n);
                part.octets = rising(&part.octets, n);
            }
            Part::join(&parts)
        }
        (Kind::Message(_) | Kind::Number, _) => element.to_vec(),
    }
}

/// Octets whose first two are a number.
fn rising(octets: &[u8], n: u64) -> Vec<u8> {
    let mut octets = octets.to_vec();
    let head = u16::try_from(n).expect("few").to_be_bytes();
    octets
        .iter_mut()
        .zip(head)
        .for_each(|(octet, new)| *octet = new);
    octets
}

/// One field on the wire.
#[derive(Clone, Debug)]
struct Part {
    tag: u32,
    number: Option<u64>,
    octets: Vec<u8>,
}

impl Part {
    fn all(mut rest: &[u8]) -> Vec<Self> {
        let mut parts = Vec::new();
        while !rest.is_empty() {
            let (tag, kind) = decode_key(&mut rest).expect("a sample is protobuf");
            let before = rest;
            skip_field(kind, tag, &mut rest, DecodeContext::default())
                .expect("a sample is protobuf");
            let mut value = &before[..before.len() - rest.len()];
            let number = decode_varint(&mut value).expect("a number or a length");
            parts.push(Self {
                tag,
                number: (kind == WireType::Varint).then_some(number),
                octets: value.to_vec(),
            });
        }
        parts
    }

    fn join(parts: &[Self]) -> Vec<u8> {
        let mut octets = Vec::new();
        for part in parts {
            if let Some(number) = part.number {
                encode_key(part.tag, WireType::Varint, &mut octets);
                encode_varint(number, &mut octets);
            } else {
                encode_key(part.tag, WireType::LengthDelimited, &mut octets);
                let len = u64::try_from(part.octets.len()).expect("short");
                encode_varint(len, &mut octets);
                octets.extend(&part.octets);
            }
        }
        octets
    }
}
