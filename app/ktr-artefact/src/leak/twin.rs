//! Letters of other scripts that look like Latin ones, after the confusables of Unicode's technical standard 39.
//! Digits and pairs that look like letters are no affair of this table: they are told apart wherever that matters.

use std::{collections::BTreeMap, sync::LazyLock};

/// The Latin letter that a letter looks like; any other as it is. The letter is lower case and in its compatible form.
pub(super) fn latin(letter: char) -> char {
    if letter.is_ascii() {
        return letter;
    }
    TABLE.get(&letter).copied().unwrap_or(letter)
}

static TABLE: LazyLock<BTreeMap<char, char>> = LazyLock::new(|| {
    let each = TWINS.iter();
    each.flat_map(|(latin, twins)| twins.chars().map(|twin| (twin, *latin)))
        .collect()
});

/// Version 14 of `confusables.txt`, those that one letter below U+10000 is taken for one Latin letter, without scripts that run from right to
/// left; and two of Cyrillic with their dots.
const TWINS: &[(char, &str)] = &[
    ('a', "ɑαаᗅꓮꭺ"),
    ('b', "ƅβвьᏼᑲᖯᗷꓐꞵꮟ"),
    ('c', "сᴄⲥꓚꮯ"),
    ('d', "ԁᑯᗞᗪꓒꓓꭰꮷ"),
    ('e', "εеёҽⴹꓰꬲꭼ"),
    ('f', "ϝքᖴẝꓝꞙꬵ"),
    ('g', "ƍɡԍցᏻᶃꓖꮐ"),
    ('h', "нһհᕼⲏꓧꮋꮒ"),
    ('i', "ıɩɪιіїӏꙇꭵ"),
    ('j', "ʝϳјᒍꓙꭻ"),
    ('k', "κкᛕⲕꓗꮶ"),
    ('l', "ǀᒪᛁⲓⳑⵏꓡꓲꮮ"),
    ('m', "μϻмᗰᛖⲙꓟꮇ"),
    ('n', "ηոռⲛꓠ"),
    ('o', "οσоօଠഠဝჿዐᴏᴑⲟⵔꓳꬽ"),
    ('p', "ρрᑭⲣꓑꮲ"),
    ('q', "ԛգզⵕ"),
    ('r', "ʀгᖇᴦⲅꓣꭇꭈꭱꮁꮢ"),
    ('s', "ƽѕտꓢꜱꮥꮪ"),
    ('t', "τтⲧꓔꭲ"),
    ('u', "ʋυսሀᑌᴜꓴꞟꭎꭒ"),
    ('v', "νѵᐯᴠⴸꓦꛟꮩ"),
    ('w', "ɯѡԝաᴡꓪꮃꮤ"),
    ('x', "χхᕁᕽᚷⲭⵝꓫꭓ"),
    ('y', "ɣʏγуүყᶌỿⲩꓬꭚꭹꮍ"),
    ('z', "ζᴢꓜꮓ"),
];
