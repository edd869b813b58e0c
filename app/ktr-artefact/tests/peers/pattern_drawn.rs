//! Patterns drawn by a seed: what the grammar allows, and what is a word away from it.
//! Which of them are good is for the judges to say.

/// A small generator with a fixed seed, so that a run can be repeated.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `bound`.
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let bound = u64::try_from(bound).unwrap();
        usize::try_from(self.0.checked_rem(bound).unwrap()).unwrap()
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    /// Words of a pattern that the grammar allows, then now and then spoiled, then joined with or without blanks.
    pub(crate) fn pattern(&mut self) -> String {
        let mut words = Vec::new();
        self.observations(&mut words, 3);
        if self.below(5) < 2 {
            let at = self.below(words.len());
            match self.below(3) {
                0 => drop(words.remove(at)),
                1 => words.insert(at, self.one(STRAY).to_owned()),
                _ => self.one(STRAY).clone_into(&mut words[at]),
            }
        }
        let mut text = String::new();
        for word in words {
            text.push_str(&word);
            text.push_str(self.one(BETWEEN));
        }
        text
    }

    fn observations(&mut self, words: &mut Vec<String>, depth: usize) {
        self.observation(words, depth);
        while self.below(4) == 0 {
            words.push(self.one(&["AND", "OR", "FOLLOWEDBY"]).to_owned());
            self.observation(words, depth);
        }
    }

    fn observation(&mut self, words: &mut Vec<String>, depth: usize) {
        if depth > 0 && self.below(4) == 0 {
            words.push("(".to_owned());
            self.observations(words, depth.saturating_sub(1));
            words.push(")".to_owned());
        } else {
            words.push("[".to_owned());
            self.comparisons(words, depth);
            words.push("]".to_owned());
        }
        while self.below(4) == 0 {
            words.extend(self.one(QUALIFIERS).split(' ').map(str::to_owned));
        }
    }

    fn comparisons(&mut self, words: &mut Vec<String>, depth: usize) {
        self.comparison(words, depth);
        while self.below(4) == 0 {
            words.push(self.one(&["AND", "OR"]).to_owned());
            self.comparison(words, depth);
        }
    }

    fn comparison(&mut self, words: &mut Vec<String>, depth: usize) {
        if depth > 0 && self.below(6) == 0 {
            words.push("(".to_owned());
            self.comparisons(words, depth.saturating_sub(1));
            words.push(")".to_owned());
            return;
        }
        if self.below(12) == 0 {
            words.extend(
                self.one(&["EXISTS", "NOT EXISTS"])
                    .split(' ')
                    .map(str::to_owned),
            );
            self.path(words);
            return;
        }
        self.path(words);
        if self.below(6) == 0 {
            words.push("NOT".to_owned());
        }
        match self.below(8) {
            0 => {
                words.extend(["IN", "("].map(str::to_owned));
                for number in 0..self.below(4) {
                    if number > 0 {
                        words.push(",".to_owned());
                    }
                    words.push(self.one(LITERALS).to_owned());
                }
                words.push(")".to_owned());
            }
            1 => {
                words.push(
                    self.one(&["LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"])
                        .to_owned(),
                );
                words.push(self.one(&["'a%'", "'10.0.0.0/8'", "'^x$'"]).to_owned());
            }
            _ => {
                words.push(
                    self.one(&["=", "==", "!=", "<>", "<", "<=", ">", ">="])
                        .to_owned(),
                );
                words.push(self.one(LITERALS).to_owned());
            }
        }
    }

    fn path(&mut self, words: &mut Vec<String>) {
        words.push(
            self.one(&["file", "ipv4-addr", "x-own_type", "h", "Zz"])
                .to_owned(),
        );
        words.push(":".to_owned());
        words.push(
            self.one(&["hashes", "name", "_x", "'quoted key'", "value_ref", "t"])
                .to_owned(),
        );
        while self.below(3) == 0 {
            words.extend(self.one(STEPS).split(' ').map(str::to_owned));
        }
    }
}

const BETWEEN: &[&str] = &[
    " ",
    " ",
    " ",
    " ",
    "",
    "",
    "\t",
    "\n",
    "\u{a0}",
    " /* c */ ",
    "\u{2028}",
];
const STEPS: &[&str] = &[
    ". MD5",
    ". 'SHA-256'",
    ". 'sha1'",
    ". x",
    "[ * ]",
    "[ 0 ]",
    "[ 12 ]",
    "[ -1 ]",
    ". 'a-b'",
    ". SSDEEP",
    ". 'MD6'",
];
const QUALIFIERS: &[&str] = &[
    "WITHIN 5 SECONDS",
    "WITHIN 1.5 SECONDS",
    "REPEATS 3 TIMES",
    "REPEATS 0 TIMES",
    "START t'2024-01-15T12:30:45Z' STOP t'2024-02-30T23:59:60.125Z'",
];
const LITERALS: &[&str] = &[
    "1",
    "0",
    "-7",
    "+3",
    "2.5",
    "-.5",
    "007.5",
    "'x'",
    "''",
    "'it\\'s'",
    "'a\\\\b'",
    "'\u{e9}\u{4e2d}'",
    "true",
    "false",
    "h''",
    "h'ffD8'",
    "b'YQ=='",
    "b'YWI='",
    "b'YWJj'",
    "t'2024-01-15T12:30:45Z'",
    "t'2024-12-31T00:00:60.5Z'",
    "'cead3f77f6cda6ec00f57d76c9a69faa'",
    "'3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C'",
    "'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f'",
    "'f00'",
];
const STRAY: &[&str] = &[
    "TRUE",
    "and",
    "01",
    "h'0'",
    "b'===='",
    "b''",
    "b'YW=I'",
    "'a\\nb'",
    "t'2024-13-01T12:00:00Z'",
    "t'2024-01-15T12:30:45'",
    "t'2024-01-15T25:00:00Z'",
    "LAST",
    "-",
    "+",
    "^",
    "//",
    "(",
    ")",
    "[",
    "]",
    "*",
    ":",
    ".",
    ",",
    "=",
    "a-b",
    "x",
    "1",
    "'x'",
    "NOT",
    "AND",
    "IN",
    "'",
    "\\",
    "%",
    "START '2024' STOP '2025'",
    "WITHIN -5 SECONDS",
    "REPEATS 1.5 TIMES",
    "\"x\"",
    "\u{e9}",
    "/* open",
    "EXISTS",
    "WITHIN",
];
