//! Numbers of persons: the tax and birth numbers of the Alliance's languages by their check digits, the Maltese identity card by its form.
//! A number that was made up and passes its check counts: it cannot be told from a real one.

use super::reader::{Reader, values};

/// The German Steuer-ID: eleven digits, one of the first ten there twice or thrice, ISO 7064 check.
pub(super) fn is_steuer_id(text: Reader<'_>, at: usize) -> bool {
    let Some(digits) = text.digits(at, &[&[11], &[2, 3, 3, 3]], b" ") else {
        return false;
    };
    let Some((check, body)) = digits.split_last() else {
        return false;
    };
    let mut times = [0_u8; 10];
    for digit in body {
        if let Some(count) = times.get_mut(usize::from(*digit)) {
            *count = count.saturating_add(1);
        }
    }
    let repeated: Vec<u8> = times.into_iter().filter(|times| *times > 1).collect();
    let product = body.iter().fold(10_u32, |product, digit| {
        let sum = match u32::from(*digit).saturating_add(product).checked_rem(10) {
            Some(0) | None => 10,
            Some(sum) => sum,
        };
        sum.saturating_mul(2).checked_rem(11).unwrap_or(0)
    });
    let expected = 11_u32.saturating_sub(product).checked_rem(10);
    body.first() != Some(&0)
        && matches!(repeated.as_slice(), [2 | 3])
        && expected == Some(u32::from(*check))
}

/// The French NIR with its key: 97 less the remainder of the first thirteen; Corsica's departments count as 19 and 18.
pub(super) fn is_nir(text: Reader<'_>, at: usize) -> bool {
    if !matches!(text.at(at), Some(b'1'..=b'4' | b'7' | b'8')) {
        return false;
    }
    let shapes: [&[usize]; 3] = [&[15], &[13, 2], &[1, 2, 2, 2, 3, 3, 2]];
    shapes
        .iter()
        .filter_map(|lengths| text.groups(at, lengths, b" "))
        .any(is_nir_number)
}

fn is_nir_number(mut nir: Vec<u8>) -> bool {
    if let [_, _, _, _, _, b'2', letter @ (b'a' | b'b'), ..] = nir.as_slice() {
        let department: [u8; 2] = if *letter == b'a' { *b"19" } else { *b"18" };
        nir.splice(5..7, department);
    }
    let Some(digits) = values(&nir) else {
        return false;
    };
    let (Some(body), Some(key)) = (digits.get(..13), digits.get(13..)) else {
        return false;
    };
    let (body, key) = (whole(body), whole(key));
    let month = digits.get(3..5).map_or(0, whole);
    let dated = matches!(month, 1..=12 | 20..=42 | 50..=99);
    dated && 97_u64.checked_sub(body.checked_rem(97).unwrap_or(0)) == Some(key)
}

fn whole(digits: &[u8]) -> u64 {
    digits.iter().fold(0_u64, |number, digit| {
        number.saturating_mul(10).saturating_add(u64::from(*digit))
    })
}

/// The Polish PESEL: a date with the century in the month, weights 1, 3, 7, 9.
pub(super) fn is_pesel(text: Reader<'_>, at: usize) -> bool {
    let Some(digits) = text.digits(at, &[&[11]], b"") else {
        return false;
    };
    let weights = [1_u32, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1];
    let sum = digits
        .iter()
        .zip(weights)
        .fold(0_u32, |sum, (digit, weight)| {
            sum.saturating_add(u32::from(*digit).saturating_mul(weight))
        });
    let month = digits.get(2..4).map_or(0, whole);
    let day = digits.get(4..6).map_or(0, whole);
    let dated = matches!(month.checked_rem(20), Some(1..=12)) && (1..=31).contains(&day);
    dated && sum.checked_rem(10) == Some(0)
}

/// The Czech and Slovak birth number: a date with fifty more in a woman's month, divisible by eleven; nine digits, with a stroke, before 1954.
pub(super) fn is_rodne_cislo(text: Reader<'_>, at: usize) -> bool {
    let shapes: [&[usize]; 3] = [&[10], &[6, 4], &[6, 3]];
    shapes
        .iter()
        .filter_map(|lengths| text.digits(at, &[lengths], b"/"))
        .any(|digits| is_birth_number(&digits))
}

fn is_birth_number(digits: &[u8]) -> bool {
    let part = |from: usize, to: usize| digits.get(from..to).map_or(0, whole);
    let (year, month, day) = (part(0, 2), part(2, 4), part(4, 6));
    let months = matches!(month, 1..=12 | 21..=32 | 51..=62 | 71..=82);
    if !months || !(1..=31).contains(&day) {
        return false;
    }
    let (body, check) = (part(0, 9).checked_rem(11), part(9, 10));
    match digits.len() {
        9 => year < 54,
        // A remainder of ten was written as zero until 1985.
        _ => body == Some(check) || (body == Some(10) && check == 0),
    }
}

/// The Italian codice fiscale: letters and digits at their places, digits perhaps as letters, and its check letter.
pub(super) fn is_codice_fiscale(text: Reader<'_>, at: usize) -> bool {
    let shapes: [&[usize]; 2] = [&[16], &[3, 3, 5, 5]];
    shapes
        .iter()
        .filter_map(|lengths| text.groups(at, lengths, b" "))
        .any(|code| is_code(&code))
}

fn is_code(code: &[u8]) -> bool {
    let places = code.iter().zip(b"aaaaaa00m00a000a");
    let formed = places.into_iter().all(|(octet, place)| match place {
        b'0' => octet.is_ascii_digit() || OMOCODIA.contains(octet),
        b'm' => b"abcdehlmprst".contains(octet),
        _ => octet.is_ascii_lowercase(),
    });
    let Some((check, body)) = code.split_last() else {
        return false;
    };
    let sum = body
        .iter()
        .enumerate()
        .fold(0_usize, |sum, (index, octet)| {
            let value = char::from(*octet).to_digit(36).unwrap_or(0);
            // Digits and the letters from `a` count alike: both begin at zero.
            let place = usize::try_from(if value > 9 {
                value.saturating_sub(10)
            } else {
                value
            });
            let place = place.unwrap_or(0);
            let counted = match index & 1 {
                0 => ODD_PLACES.get(place).copied().unwrap_or(0),
                _ => place,
            };
            sum.saturating_add(counted)
        });
    let expected = sum.checked_rem(26).and_then(|rest| u8::try_from(rest).ok());
    formed && expected == check.checked_sub(b'a')
}

/// Letters that stand for digits where two persons would have one code.
const OMOCODIA: &[u8] = b"lmnpqrstuv";

/// What a character counts at the first, third, … place.
const ODD_PLACES: [usize; 26] = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];

/// The Maltese identity card: seven digits and the letter of its register. With `a` or `b` it could be eight hexadecimal digits: then it
/// counts only as a word of a sentence, and not with four zeros before it.
pub(super) fn is_maltese_id(text: Reader<'_>, at: usize) -> bool {
    let Some(id) = text.groups(at, &[8], b"") else {
        return false;
    };
    let (digits, letter) = id.split_at_checked(7).unwrap_or((&[], &[]));
    if values(digits).is_none() {
        return false;
    }
    let around = [
        text.before(at),
        text.at(at.saturating_add(8)).unwrap_or(b' '),
    ];
    let alone = around.iter().all(|octet| b" ,.;:'\"\n".contains(octet));
    match letter {
        [b'a' | b'b'] => alone && !digits.starts_with(b"0000"),
        [letter] => b"mgplhz".contains(letter),
        _ => false,
    }
}
