//! The rules of this crate by number and name, so that every refusal can be looked up.
//! Numbers are never reused; what a rule checks stands where it is checked.

use std::fmt;

/// A rule: a number for programs and a name for people.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Rule {
    code: u16,
    name: &'static str,
    meaning: &'static str,
}

impl Rule {
    /// Its number.
    #[must_use]
    pub const fn code(self) -> u16 {
        self.code
    }

    /// Its name, in lower case with dashes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// What it means, as a sentence for people.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        self.meaning.trim()
    }

    /// The finding that it was broken at `place`.
    #[must_use]
    pub fn at(self, place: super::Place) -> super::Finding {
        super::Finding { rule: self, place }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.name)
    }
}

/// Declares the rules once, as constants and as a list; what documents one here is what it means to people.
macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $constant:ident = $code:literal $name:literal;)*) => {
        $(
            $(#[doc = $doc])+
            pub const $constant: Rule = Rule { code: $code, name: $name, meaning: concat!($($doc),+) };
        )*

        /// Every rule, by rising number.
        pub const ALL: &[Rule] = &[$($constant),*];
    };
}

rules! {
    /// A file is longer than its limit.
    TOO_LARGE = 100 "too-large";
    /// A file is empty.
    EMPTY = 101 "empty";
    /// Text is not UTF-8, or starts with a byte order mark.
    NOT_UTF8 = 102 "not-utf8";
    /// An archive is not exactly `bundle.json` and `bundle.json.asc` in our form of ustar.
    NOT_THE_ARCHIVE = 103 "not-the-archive";
    /// Bytes are no `OpenPGP` message of our envelope's form.
    NOT_AN_ENVELOPE = 104 "not-an-envelope";
    /// No recipient slot of an envelope opens with the given keys.
    NOT_FOR_ME = 105 "not-for-me";
    /// An envelope has more recipient slots than its limit, or none.
    TOO_MANY_RECIPIENTS = 106 "too-many-recipients";
    /// Bytes are no certificate of the form asked for.
    NOT_A_CERTIFICATE = 107 "not-a-certificate";
    /// A certificate holds no key for the purpose asked for.
    NO_SUCH_KEY = 108 "no-such-key";
    /// Making a key, signature or envelope failed.
    CRYPTOGRAPHY_FAILED = 109 "cryptography-failed";
    /// A user id is not a role: too long, empty, or with an address in it.
    USER_ID = 110 "user-id";
    /// A key would live longer than allowed, or not at all.
    VALIDITY = 111 "validity";
    /// A seal is not exactly one v4 signature packet.
    SEAL_PACKET = 200 "seal-packet";
    /// A seal has text, headers, blocks or line ends beyond its one armoured packet.
    SEAL_ARMOUR = 201 "seal-armour";
    /// Type, public-key or hash algorithm of a signature is not the frozen one.
    SEAL_ALGORITHM = 202 "seal-algorithm";
    /// The hashed area holds something beyond the allowed, or the unhashed area anything.
    SEAL_SUBPACKETS = 203 "seal-subpackets";
    /// The three notations are not there once each with the right values.
    SEAL_NOTATIONS = 204 "seal-notations";
    /// The signature was made outside its window.
    SEAL_TIME = 205 "seal-time";
    /// The signing key was not live on the ledger when it signed.
    KEY_NOT_LIVE = 206 "key-not-live";
    /// The signing key is no live signing subkey of the pinned certificate.
    NOT_UNDER_PINNED_KEY = 207 "not-under-pinned-key";
    /// The pinned certificate is revoked.
    CERTIFICATE_REVOKED = 208 "certificate-revoked";
    /// The left 16 bits are not those of the digest.
    LEFT_16 = 209 "left-16";
    /// A signature does not verify.
    BAD_SIGNATURE = 210 "bad-signature";
    /// The signature inside an envelope is missing, unwanted, or not by an expected key for the expected purpose.
    ENVELOPE_SIGNATURE = 211 "envelope-signature";
    /// The SHA-256 is not the one sealed on the ledger.
    NOT_THE_SEALED_BYTES = 300 "not-the-sealed-bytes";
    /// The size is not the one sealed on the ledger.
    NOT_THE_SEALED_SIZE = 301 "not-the-sealed-size";
    /// The ledger names a profile that this software does not know.
    NOT_THE_SEALED_PROFILE = 302 "not-the-sealed-profile";
    /// The signature names another key than the ledger.
    NOT_THE_SEALED_KEY = 303 "not-the-sealed-key";
    /// The release was retracted.
    RETRACTED = 304 "retracted";
    /// The beacon note names another chain, release or session than the ledger.
    NOT_THE_SEALED_RELEASE = 305 "not-the-sealed-release";
    /// The day of the build is more than a day away from the sealed header time.
    DAY_AWAY_FROM_SEAL = 306 "day-away-from-seal";
    /// Bytes differ from their RFC 8785 form.
    NOT_CANONICAL = 400 "not-canonical";
    /// Text is not JSON.
    NOT_JSON = 401 "not-json";
    /// JSON is nested deeper than its limit.
    TOO_DEEP = 402 "too-deep";
    /// A number is not an integer.
    NOT_AN_INTEGER = 403 "not-an-integer";
    /// The text around the objects is not the one allowed form.
    OUTER_FORM = 404 "outer-form";
    /// A bundle has more objects than its limit.
    TOO_MANY_OBJECTS = 405 "too-many-objects";
    /// An object is of a type outside the profile.
    UNKNOWN_TYPE = 500 "unknown-type";
    /// A property is missing, unknown, or of the wrong kind.
    SHAPE = 501 "shape";
    /// An id is not of its object's form.
    ID = 502 "id";
    /// Ids are not unique and rising.
    ORDER = 503 "order";
    /// A constant object differs from the Alliance's or OASIS's.
    CONSTANT_CHANGED = 504 "constant-changed";
    /// A reference does not resolve inside the bundle.
    DANGLING_REFERENCE = 505 "dangling-reference";
    /// A reference leads to an object of the wrong type.
    REFERENCE_KIND = 506 "reference-kind";
    /// An object is not under exactly one TLP, or a shared one under the wrong one.
    MARKING = 507 "marking";
    /// An instant is not the one the profile fixes.
    INSTANT = 508 "instant";
    /// An object stands in no report.
    OUTSIDE_ALL_REPORTS = 509 "outside-all-reports";
    /// There is not exactly one beacon note over all reports.
    NOTE = 510 "note";
    /// The id of an observable does not follow from its value.
    OBSERVABLE_ID = 511 "observable-id";
    /// An observable is not observed exactly once.
    OBSERVED_ONCE = 512 "observed-once";
    /// An indicator is not based on the observation of its own value.
    BASED_ON = 513 "based-on";
    /// A text is not the one its template gives.
    TEMPLATE = 514 "template";
    /// An object was not created by the Alliance.
    FOREIGN_CREATOR = 515 "foreign-creator";
    /// The references of a report are not unique and rising, or too few.
    REPORT_REFERENCES = 516 "report-references";
    /// The beacon id is not the hash of the bundle's id.
    BEACON_ID = 517 "beacon-id";
    /// A TLP object is in the bundle that no object refers to.
    MARKING_UNUSED = 518 "marking-unused";
    /// The labels of a report are not the allowed ones.
    LABELS = 519 "labels";
    /// A string is not NFC, or holds a control or invisible character.
    TEXT = 520 "text";
    /// The Alliance or its extension is not in the bundle exactly once.
    EVERY_OBJECT_ONCE = 521 "every-object-once";
    /// A release has no case, or more than its limit.
    TOO_MANY_CASES = 522 "too-many-cases";
    /// Two cases give one file the same digest of one algorithm and different ones of another.
    DIGESTS_DISAGREE = 523 "digests-disagree";
    /// A case stands twice in a release.
    CASE_TWICE = 524 "case-twice";
    /// A pattern is not one equality of the profile.
    PATTERN = 600 "pattern";
    /// A pattern is longer than its limit.
    PATTERN_TOO_LONG = 601 "pattern-too-long";
    /// The value in a pattern is not in its normal form.
    PATTERN_VALUE = 602 "pattern-value";
    /// A text is not of the STIX pattern language.
    PATTERN_SYNTAX = 603 "pattern-syntax";
    /// A pattern has more brackets open at once than its limit.
    PATTERN_TOO_DEEP = 604 "pattern-too-deep";
    /// One observation of a pattern carries a qualifier of one kind twice.
    PATTERN_QUALIFIER_TWICE = 605 "pattern-qualifier-twice";
    /// A value under `hashes` is no digest of the algorithm that the path names.
    PATTERN_DIGEST = 606 "pattern-digest";
    // 700 and 701 were of the time when Sigma rules had to be listed; their numbers are not given again.
    /// The licence of a Sigma rule is not among the allowed ones, or not the one that its text states.
    SIGMA_LICENCE = 702 "sigma-licence";
    /// A Sigma rule is not one YAML document of plain, shallow values with each key once.
    SIGMA_YAML = 703 "sigma-yaml";
    /// A text is no Sigma rule.
    SIGMA_SYNTAX = 704 "sigma-syntax";
    /// A text is no Sigma rule to the second reader.
    SIGMA_SECOND_READER = 705 "sigma-second-reader";
    /// A text is a Sigma correlation or filter: those point at other rules.
    SIGMA_KIND = 706 "sigma-kind";
    /// A Sigma rule holds a key that the specification does not know: such keys steer engines.
    SIGMA_ATTRIBUTE = 707 "sigma-attribute";
    /// A Sigma rule uses a taxonomy, a time frame or an extension that not every engine knows, or has no condition.
    SIGMA_DIALECT = 708 "sigma-dialect";
    /// A Sigma rule asks for a list of placeholders.
    SIGMA_EXPAND = 709 "sigma-expand";
    /// A regular expression of a Sigma rule does not compile within its limit.
    SIGMA_REGEX = 710 "sigma-regex";
    /// A negated selection of an own Sigma rule names a host, a user, an address, a mailbox or a path that is not everybody's.
    SIGMA_NEGATED = 711 "sigma-negated";
    /// A Sigma rule is not what cleaning makes of it, or says something else when it is read again.
    SIGMA_CHANGED = 712 "sigma-changed";
    /// A Sigma rule does not fire on its positive event, before or after cleaning, in one of the two evaluators.
    SIGMA_SILENT = 713 "sigma-silent";
    /// The positive event of a Sigma rule is not one JSON object.
    SIGMA_POSITIVE = 714 "sigma-positive";
    /// A third-party Sigma rule names no author, whom its licence wants named, or is offered as an own one.
    SIGMA_AUTHOR = 715 "sigma-author";
    /// A third-party Sigma rule has no UUID.
    SIGMA_ID = 716 "sigma-id";
    /// A selection of a Sigma rule names the host of a share.
    SIGMA_SHARE = 717 "sigma-share";
    /// A negated selection of a third-party Sigma rule that the shipped list does not hold leaves out what could name the victim: a changed rule is its changer's.
    SIGMA_UNLISTED_FILTER = 718 "sigma-unlisted-filter";
    // 800 and 801 were of the time when YARA rules had to be listed; their numbers are not given again.
    /// The licence of a YARA rule is not among the allowed ones, or not the one that its text or the shipped list states.
    YARA_LICENCE = 802 "yara-licence";
    /// A text is no YARA rule.
    YARA_SYNTAX = 803 "yara-syntax";
    /// A YARA rule has more brackets, calls or signs before an operand inside each other than the limit.
    YARA_TOO_DEEP = 804 "yara-too-deep";
    /// A YARA text reads another file.
    YARA_INCLUDE = 805 "yara-include";
    /// A YARA text imports a module outside pe, elf, macho, dotnet, dex, math and hash.
    YARA_MODULE = 806 "yara-module";
    /// A YARA rule uses what only one of the two engines knows, such as `with`.
    YARA_DIALECT = 807 "yara-dialect";
    /// A YARA text has not exactly one rule that reports, beside private ones.
    YARA_RULES = 808 "yara-rules";
    /// A condition names what neither the text nor the language defines, or one name means two things.
    YARA_UNDEFINED = 809 "yara-undefined";
    /// A regular expression of a YARA rule does not compile within its limit, braces and escapes spelled out.
    YARA_REGEX = 810 "yara-regex";
    /// A string of a YARA rule would slow a scan down: no two octets side by side that are fixed, or any number of any octets.
    YARA_SLOW = 811 "yara-slow";
    /// A YARA rule names a user's folder or a host where no wildcard can take its place.
    YARA_PATH = 812 "yara-path";
    /// A YARA rule is not what cleaning makes of it, or says something else when it is read again.
    YARA_CHANGED = 813 "yara-changed";
    /// The positive sample of a YARA rule is not octets in base64.
    YARA_POSITIVE = 814 "yara-positive";
    /// A third-party YARA rule names no author, whom its licence wants named, or is offered as an own one.
    YARA_AUTHOR = 815 "yara-author";
    /// An engine does not compile a YARA rule, or warns of it, before or after cleaning.
    YARA_ENGINE = 816 "yara-engine";
    /// A YARA rule does not fire on its positive sample, before or after cleaning, in the engine that judges.
    YARA_SILENT = 817 "yara-silent";
    /// The engine that judges does not come to an end with a YARA rule within its time.
    YARA_LATE = 818 "yara-late";
    /// A token of a dictionary stands in the output as text.
    LEAK_TEXT = 900 "leak-text";
    /// A token stands in the output in an encoded form.
    LEAK_ENCODED = 901 "leak-encoded";
    /// The digest or the observable id of a token stands in the output.
    LEAK_HASHED = 902 "leak-hashed";
    /// An address inside a range of a dictionary stands in the output.
    LEAK_ADDRESS = 903 "leak-address";
    /// A phone number of a dictionary stands in the output.
    LEAK_PHONE = 904 "leak-phone";
    /// An object unfolds beyond the limit of the search for leaks.
    LEAK_UNREAD = 905 "leak-unread";
    /// A mail address stands in the output, other than the sender that an object is about.
    LEAK_MAIL = 910 "leak-mail";
    /// A telephone number stands in the output that no dictionary names.
    LEAK_PHONE_NUMBER = 911 "leak-phone-number";
    /// An IBAN stands in the output.
    LEAK_IBAN = 912 "leak-iban";
    /// The number of a payment card stands in the output.
    LEAK_CARD = 913 "leak-card";
    /// A German Steuer-ID stands in the output.
    LEAK_STEUER_ID = 914 "leak-steuer-id";
    /// A French NIR stands in the output.
    LEAK_NIR = 915 "leak-nir";
    /// A Polish PESEL stands in the output.
    LEAK_PESEL = 916 "leak-pesel";
    /// A Czech or Slovak birth number stands in the output.
    LEAK_RODNE_CISLO = 917 "leak-rodne-cislo";
    /// An Italian codice fiscale stands in the output.
    LEAK_CODICE_FISCALE = 918 "leak-codice-fiscale";
    /// The number of a Maltese identity card stands in the output.
    LEAK_MALTESE_ID = 919 "leak-maltese-id";
    /// A security identifier of a domain or machine stands in the output.
    LEAK_SID = 920 "leak-sid";
    /// A share on a named host stands in the output.
    LEAK_UNC = 921 "leak-unc";
    /// A user's folder stands in the output.
    LEAK_USER_PATH = 922 "leak-user-path";
    /// A private, shared or link-local address stands in the output.
    LEAK_PRIVATE_ADDRESS = 923 "leak-private-address";
    /// The name of a host of an inner network stands in the output.
    LEAK_INNER_HOST = 924 "leak-inner-host";
    /// A hardware address stands in the output.
    LEAK_MAC = 925 "leak-mac";
    /// A rule compares a field that holds an account or a host with a name.
    LEAK_NAMED = 926 "leak-named";
    /// A key of a form is missing, unknown, twice there, or of the wrong kind.
    FORM_SHAPE = 1000 "form-shape";
    /// The form is of a version that this software does not know.
    FORM_VERSION = 1001 "form-version";
    /// A list of a form has more entries than its limit, or too few.
    FORM_COUNT = 1002 "form-count";
    /// A text of a form is longer than its limit, or too short.
    FORM_LENGTH = 1003 "form-length";
    /// A free text holds a character or a word outside class T.
    FREE_TEXT = 1004 "free-text";
    /// The matrix gives less than HIGH.
    NOT_ELIGIBLE = 1005 "not-eligible";
    /// An incident of type `test` is never nominated.
    TEST_INCIDENT = 1006 "test-incident";
    /// A percentage is over 100.
    PERCENT = 1007 "percent";
    /// A language is not a BCP 47 tag of a language alone, or with a script: a region would name the country.
    LANGUAGE = 1008 "language";
    /// A country is not an ISO 3166 code of two capital letters.
    COUNTRY = 1009 "country";
    /// The dictionary names no organisation.
    NO_ORGANISATION = 1010 "no-organisation";
    /// A dictionary token is shorter or longer than allowed.
    TOKEN_LENGTH = 1011 "token-length";
    /// A text or an IOC holds a token of the dictionary.
    IN_DICTIONARY = 1012 "in-dictionary";
    /// An IOC would be valid longer than its type allows, or not at all.
    VALID_DAYS = 1013 "valid-days";
    /// A credibility is not 1 to 5.
    CREDIBILITY = 1014 "credibility";
    /// A technique is not of the form T1059 or T1059.001.
    TECHNIQUE = 1015 "technique";
    /// A CVE is not of the form CVE-2024-12345.
    CVE = 1016 "cve";
    /// A link is not one of the allowed triples, or leads nowhere.
    LINK = 1017 "link";
    /// An entry stands twice in a list.
    TWICE = 1018 "twice";
    /// A form has neither an IOC nor a rule.
    NOTHING_TO_SHARE = 1019 "nothing-to-share";
    /// Form and salt do not open the commitment.
    COMMITMENT = 1020 "commitment";
    /// A source of a draft has not the keys of its format, or one of another type.
    DRAFT_SHAPE = 1021 "draft-shape";
    /// An entry of `ip_ranges` is neither an address nor a range in CIDR notation.
    TOKEN_RANGE = 1022 "token-range";
    /// An IP address is not one address in its normal form.
    IOC_ADDRESS = 1030 "ioc-address";
    /// An IP address is private, shared, reserved or otherwise not globally routable.
    IOC_ADDRESS_NOT_GLOBAL = 1031 "ioc-address-not-global";
    /// A domain is not two or more labels without final dot.
    IOC_DOMAIN = 1032 "ioc-domain";
    /// A domain lies under a name that is reserved for documentation or inner networks.
    IOC_DOMAIN_RESERVED = 1033 "ioc-domain-reserved";
    /// A domain is a public suffix.
    IOC_PUBLIC_SUFFIX = 1034 "ioc-public-suffix";
    /// A URL is not http, https or ftp without user info, or holds a mail address in its path.
    IOC_URL = 1035 "ioc-url";
    /// A mail address is not one plain address.
    IOC_MAIL = 1036 "ioc-mail";
    /// A value is not one to four hexadecimal digests of different algorithms.
    IOC_HASH = 1037 "ioc-hash";
    /// A file or mutex name holds a path, a host or a control character.
    IOC_NAME = 1038 "ioc-name";
    /// A registry key has no known hive, or names an account.
    IOC_REGISTRY_KEY = 1039 "ioc-registry-key";
    /// An IOC is on a list of well-known benign values, which the place names.
    IOC_WARNINGLIST = 1040 "ioc-warninglist";
    /// A file is no list of well-known benign values in MISP's format, or its name is none.
    WARNINGLIST = 1041 "warninglist";
    /// Counts of entities are no JSON list of country, sector and number, or name a pair twice.
    SECTOR_COUNTS = 1042 "sector-counts";
    /// It served to judge the case or the bundle; no object has a place for it.
    KEPT_AT_HOME = 1100 "kept-at-home";
    /// A value was written in the normal form of its type.
    VALUE_REWRITTEN = 1101 "value-rewritten";
    /// The query or fragment of a URL was cut: it can name a recipient.
    QUERY_CUT = 1102 "query-cut";
    /// A rule was written anew from what was read: comments, blanks and the order of keys are gone.
    RULE_REWRITTEN = 1103 "rule-rewritten";
    /// A part of a rule was taken out: it can say who wrote it, when or where.
    RULE_PART_DROPPED = 1104 "rule-part-dropped";
    /// Tags of a rule were taken out: they name no technique and no CVE.
    RULE_TAGS_DROPPED = 1105 "rule-tags-dropped";
    /// The id of a rule can be looked up: another stands in its place.
    RULE_ID_MASKED = 1106 "rule-id-masked";
    /// Only this victim has seen the value, says the form; it leaves with a case that the board clears.
    SEEN_BY_ONE = 1107 "seen-by-one";
    /// A YARA rule was written anew: comments, tags, notes and habits of writing are gone, and an own one has another name.
    YARA_REWRITTEN = 1108 "yara-rewritten";
    /// The name of a user or a host in a YARA rule gave way to some name.
    YARA_NAME_MASKED = 1109 "yara-name-masked";
}
