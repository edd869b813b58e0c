//! Every bound of this crate, in one place.
//! Bounds that a network chooses for itself are genesis parameters and live in the core.

/// Octets of one nomination form.
pub const FORM_MAX: usize = 4 * 1024 * 1024;
/// IOCs of one form.
pub const IOCS_MAX: usize = 2_000;
/// Characters of one IOC as typed.
pub const IOC_CHARS_MAX: usize = 2_048;
/// Lists of well-known benign values of one folder.
pub const WARNINGLISTS_MAX: usize = 256;
/// Octets of one such list.
pub const WARNINGLIST_MAX: usize = 64 * 1024 * 1024;
/// Characters of its name.
pub const WARNINGLIST_NAME_MAX: usize = 64;
/// Rules of one form.
pub const RULES_MAX: usize = 50;
/// Octets of one rule, and of its positive event or sample.
pub const RULE_TEXT_MAX: usize = 64 * 1024;
/// Collections of a Sigma rule that may be open at once.
pub const SIGMA_DEPTH_MAX: usize = 16;
/// Brackets and negations of a Sigma condition.
pub const SIGMA_CONDITION_DEPTH_MAX: usize = 64;
/// Brackets of a YARA rule that may be open at once, and signs that wait for their operand.
pub const YARA_DEPTH_MAX: usize = 64;
/// Calls of functions in a YARA condition that may stand inside each other.
pub const YARA_CALLS_MAX: usize = 4;
/// Octets that a regular expression of a rule may compile to.
pub const REGEX_MAX: usize = 1024 * 1024;
/// Parts that one expression of a YARA rule may spell out, its counts among them: without counts it has no more than octets.
pub const YARA_SPELLED_MAX: usize = RULE_TEXT_MAX;
/// Tokens in the dictionary of one form.
pub const TOKENS_MAX: usize = 5_000;
/// Fewest characters of a dictionary token.
pub const TOKEN_CHARS_MIN: usize = 3;
/// Most characters of a dictionary token.
pub const TOKEN_CHARS_MAX: usize = 256;
/// Tokens with fewer characters match whole words only.
pub const TOKEN_ANYWHERE_MIN: usize = 6;
/// Parts of a word of a dictionary between which each mark may be a dot of an expression, whatever the others are; of more parts all marks.
pub const TOKEN_DOTTED_PARTS_MAX: usize = 4;
/// Letters between which a class or group may choose; one of more leaves the letter open.
pub const CHOICE_LETTERS_MAX: usize = 4;
/// How often a counted letter is read; no word has it more often in a row.
pub const LETTER_TIMES_MAX: usize = 8;
/// Fewest letters of a word of a dictionary that is looked for with dots between its parts.
pub const TOKEN_DOTTED_MIN: usize = 8;
/// Letters of the words of a dictionary that are compared with one text's choices of letters; a text that asks for more is taken for one with a
/// token.
pub const FORM_COMPARED_MAX: usize = 8 * 1024 * 1024;
/// Choices of letters in one text of a form that are looked at; a text with more is taken for one with a token.
pub const FORM_CHOICES_MAX: usize = 256;
/// Fewest characters of a title.
pub const TITLE_CHARS_MIN: usize = 8;
/// Most characters of a title.
pub const TITLE_CHARS_MAX: usize = 120;
/// Most characters of a narrative.
pub const NARRATIVE_CHARS_MAX: usize = 4_000;
/// A run of this many digits is no free text: it may be a ticket, a phone or an account.
pub const DIGIT_RUN_MAX: usize = 5;
/// Malware names of one form.
pub const MALWARE_MAX: usize = 8;
/// Most characters of a malware name.
pub const MALWARE_CHARS_MAX: usize = 64;
/// ATT&CK techniques of one form.
pub const TECHNIQUES_MAX: usize = 30;
/// CVEs of one form.
pub const CVES_MAX: usize = 20;
/// Links of one form: enough to tie every IOC to one malware.
pub const LINKS_MAX: usize = 2_500;
/// Types that one IOC or malware may carry.
pub const VOCABULARY_MAX: usize = 7;

/// Octets of a source from which a form is drafted.
pub const DRAFT_MAX: usize = 16 * 1024 * 1024;
/// Octets at the start of a source by which its format is told.
pub const DRAFT_HEAD: usize = 512;
/// Kinds of a source that are listed by name; the rest are counted as one.
pub const DRAFT_KINDS_MAX: usize = 200;
/// Characters of the name of a kind.
pub const DRAFT_KIND_CHARS_MAX: usize = 48;
/// Fields of one line of a table.
pub const DRAFT_FIELDS_MAX: usize = 256;
/// Values of a source that are refused by place; the rest are counted.
pub const DRAFT_REFUSED_MAX: usize = 1_000;

/// Fewest entities that a country counts of a sector, so that the sector's name names nobody.
pub const SECTOR_ENTITIES_MIN: u64 = 5;
/// Octets of a file of such counts: 18 sectors of every country there is.
pub const SECTORS_MAX: usize = 1024 * 1024;

/// Cases of one release; the ledger allows as many nominations.
pub const CASES_MAX: usize = 64;
/// Octets of `bundle.json` when built: room uploads end at 20 MB.
pub const BUILT_MAX: usize = 16 * 1024 * 1024;
/// Octets of `bundle.json` when read, checked before parsing.
pub const READ_MAX: usize = 64 * 1024 * 1024;
/// Objects of one bundle.
pub const OBJECTS_MAX: usize = 50_000;
/// Places that a build report names for one rule in a text for people; the rest are counted.
pub const REPORT_PLACES_MAX: usize = 24;
/// Findings of finished bytes that a build report lists in a text for people; the rest are counted.
pub const REPORT_FINDINGS_MAX: usize = 200;
/// Octets of one pattern, rules included.
pub const PATTERN_MAX: usize = 16 * 1024;
/// Round brackets of a pattern that may be open at once.
pub const PATTERN_DEPTH_MAX: usize = 64;
/// Depth of JSON inside one object.
pub const DEPTH_MAX: usize = 8;
/// How often a decoded text is decoded again, the first time included.
pub const LEAK_DEPTH_MAX: usize = 3;
/// Octets that the decodable runs of one object may unfold to.
pub const LEAK_DECODED_MAX: usize = 64 * 1024 * 1024;
/// Octets of all short words and pieces of patterns up to which they are looked for with a table of all steps: a quarter of a kilobyte of it for each.
pub const LEAK_TABLE_MAX: usize = 64 * 1024;
/// Fewest octets of a decoded base64 run in which short words are looked for.
pub const LEAK_BASE64_MIN: usize = 8;
/// Fewest letters of a word that is looked for with `0` as `o`, `1` as `l` and the like: ids would hold a shorter one by chance.
pub const LEAK_ALIKE_MIN: usize = 8;
/// Fewest letters of a word without its marks that is looked for inside other words.
pub const LEAK_BARE_MIN: usize = 10;
/// Octets of a name of a host that is read as letters.
pub const LEAK_NAME_MAX: usize = 253;
/// Octets between two choices of letters that are read as one stretch, and before and behind it.
pub const LEAK_CHOICE_NEAR: usize = 64;
/// Ways in which one stretch with choices of letters is read; beyond, each way takes one letter of a choice in turn.
pub const LEAK_WAYS_MAX: usize = 64;
/// Fewest printable octets in a row, among octets that are no text, in which identifiers are looked for by their form.
pub const LEAK_STRETCH_MIN: usize = 12;
/// Fewest digits of a phone number, without zeros before it.
pub const LEAK_PHONE_DIGITS_MIN: usize = 7;
/// Digits of a telephone number with its country, for one that no dictionary names.
pub const LEAK_INTERNATIONAL_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;
/// Digits of a telephone number without its country, the zero included.
pub const LEAK_NATIONAL_DIGITS: std::ops::RangeInclusive<usize> = 9..=12;
/// Octets of `alliance.json`.
pub const ALLIANCE_MAX: usize = 4 * 1024;
/// Characters of the Alliance's name.
pub const ALLIANCE_NAME_CHARS_MAX: usize = 80;
/// Octets of a chain id, as `CometBFT` bounds it.
pub const CHAIN_ID_MAX: usize = 50;

/// Octets of `bundle.json.asc`.
pub const SEAL_MAX: usize = 2 * 1024;
/// A seal may be made this long before the header time that sealed it: a day.
pub const SEAL_EARLY_SECS: u64 = 86_400;
/// A seal may be made this long after the header time that sealed it: the ledger's skew.
pub const SEAL_LATE_SECS: u64 = 300;
/// Before `Seal` is sent, a seal must have this long until it is too old: as long as the transaction counts.
pub const SEAL_SEND_SECS: u64 = 3_600;
/// Seconds of a day.
pub const DAY_SECS: u64 = 86_400;
/// Octets of a certificate, armoured or not.
pub const CERTIFICATE_MAX: usize = 1024 * 1024;

/// Octets of one envelope.
pub const ENVELOPE_MAX: usize = 20 * 1024 * 1024;
/// Recipients of one envelope.
pub const RECIPIENTS_MAX: usize = 1_024;
/// Octets of a release as an archive: two files with a header each, padding and the end mark.
pub const ARCHIVE_MAX: usize = BUILT_MAX + SEAL_MAX + 8 * 512;

/// Octets of a transaction signature in the frozen profile.
pub const TRANSACTION_SIGNATURE_MAX: usize = 1_024;
/// Octets of a transaction signature before it is normalised: armour and the unhashed area come on top.
pub const FOREIGN_SIGNATURE_MAX: usize = 16 * 1024;
/// Days of a role key: `sq`'s default key lives 1,095 days and some hours.
pub const ROLE_KEY_DAYS_MAX: u64 = 1_096;
/// Days of the Alliance's signing subkey: 13 months.
pub const SEAL_KEY_DAYS_MAX: u64 = 396;
/// Characters of a user id: a role, never a person.
pub const USER_ID_CHARS_MAX: usize = 64;
