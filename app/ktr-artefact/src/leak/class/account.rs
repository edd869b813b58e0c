//! Numbers of accounts that carry their own check: IBAN and payment cards.
//! A number that was made up and passes its check counts: it cannot be told from a real one.

use super::reader::Reader;

/// An IBAN of a known country, plain or in fours.
pub(super) fn is_iban(text: Reader<'_>, at: usize) -> bool {
    let [
        a @ b'a'..=b'z',
        b @ b'a'..=b'z',
        b'0'..=b'9',
        b'0'..=b'9',
        ..,
    ] = text.rest(at)
    else {
        return false;
    };
    let country = [*a, *b];
    let Some((_, length)) = IBAN_LENGTHS.iter().find(|(name, _)| **name == country) else {
        return false;
    };
    let whole: &[usize] = &[*length];
    let fours: Vec<usize> = (0..*length)
        .step_by(4)
        .map(|from| length.saturating_sub(from).min(4))
        .collect();
    [whole, &fours]
        .iter()
        .filter_map(|lengths| text.groups(at, lengths, b" -"))
        .any(|iban| remainder_97(&iban) == Some(1))
}

/// The IBAN's remainder: the first four characters moved to the end, letters as 10 to 35.
fn remainder_97(iban: &[u8]) -> Option<u32> {
    let (front, back) = iban.split_at_checked(4)?;
    back.iter().chain(front).try_fold(0_u32, |rest, octet| {
        let value = char::from(*octet).to_digit(36)?;
        let shift: u32 = if value > 9 { 100 } else { 10 };
        Some(
            rest.checked_mul(shift)?
                .checked_add(value)?
                .checked_rem(97)
                .unwrap_or(0),
        )
    })
}

/// Countries of the European payment area and their lengths (SWIFT's IBAN registry).
const IBAN_LENGTHS: &[(&[u8; 2], usize)] = &[
    (b"ad", 24),
    (b"at", 20),
    (b"be", 16),
    (b"bg", 22),
    (b"ch", 21),
    (b"cy", 28),
    (b"cz", 24),
    (b"de", 22),
    (b"dk", 18),
    (b"ee", 20),
    (b"es", 24),
    (b"fi", 18),
    (b"fr", 27),
    (b"gb", 22),
    (b"gi", 23),
    (b"gr", 27),
    (b"hr", 21),
    (b"hu", 28),
    (b"ie", 22),
    (b"is", 26),
    (b"it", 27),
    (b"li", 21),
    (b"lt", 20),
    (b"lu", 20),
    (b"lv", 21),
    (b"mc", 27),
    (b"mt", 31),
    (b"nl", 18),
    (b"no", 15),
    (b"pl", 28),
    (b"pt", 25),
    (b"ro", 24),
    (b"rs", 22),
    (b"se", 24),
    (b"si", 19),
    (b"sk", 24),
    (b"sm", 27),
    (b"ua", 29),
    (b"va", 22),
];

/// A payment card: 15 or 16 digits of an issuer, Luhn's check.
pub(super) fn is_card(text: Reader<'_>, at: usize) -> bool {
    let Some(digits) = text.digits(at, &[&[16], &[4, 4, 4, 4], &[15], &[4, 6, 5]], b" -") else {
        return false;
    };
    let issuer = matches!(
        (digits.as_slice(), digits.len()),
        (
            [4, ..] | [5, 1..=5, ..] | [2, 2..=7, ..] | [6, 0 | 4 | 5, ..] | [3, 5, ..],
            16
        ) | ([3, 4 | 7, ..], 15)
    );
    issuer && luhn(&digits)
}

fn luhn(digits: &[u8]) -> bool {
    let sum = digits
        .iter()
        .rev()
        .enumerate()
        .fold(0_u32, |sum, (index, digit)| {
            let value = u32::from(*digit);
            let doubled = value.saturating_mul(2);
            let counted = match (index & 1, doubled) {
                (0, _) => value,
                (_, 10..) => doubled.saturating_sub(9),
                _ => doubled,
            };
            sum.saturating_add(counted)
        });
    sum.checked_rem(10) == Some(0)
}
