//! Somebody whom no dictionary knows, drawn by a seed, and an event in which everything that named its owner names them.
//! Nobody is called so.

use ktr_testkit::Dice;

use super::event::{Fields, Label, Names, label};

/// A victim.
pub(super) struct Identity {
    pub(super) user: String,
    pub(super) host: String,
    /// `NetBIOS` name of the domain.
    pub(super) domain: String,
    /// The domain in the domain name system.
    pub(super) zone: String,
    pub(super) address: String,
    pub(super) sid: String,
}

impl Identity {
    pub(super) fn draw(dice: &mut Dice) -> Self {
        let mut word = |letters: usize| -> String {
            let letter = |_| b'a' + u8::try_from(dice.below(26)).unwrap();
            (0..letters).map(letter).map(char::from).collect()
        };
        let [first, last, site, kind, firm] = [1, 8, 4, 3, 9].map(&mut word);
        let mut number = |bound: usize| dice.below(bound).to_string();
        let user = match number(3).as_str() {
            "0" => format!("{first}.{last}"),
            "1" => format!("adm-{last}"),
            _ => format!("{last}{first}"),
        };
        let net = ["10.13", "192.168", "172.20", "100.70"][number(4).parse::<usize>().unwrap()];
        let ending = ["local", "corp", "internal", "example"][number(4).parse::<usize>().unwrap()];
        Self {
            user,
            host: format!("{site}-{kind}{}", number(10_000)),
            domain: firm.to_uppercase(),
            zone: format!("{firm}.{ending}"),
            address: format!(
                "{net}.{}.{}",
                number(256),
                1 + number(250).parse::<usize>().unwrap()
            ),
            sid: format!(
                "{SID}{}-{}-{}-1104",
                number(1 << 31),
                number(1 << 31),
                number(1 << 31)
            ),
        }
    }

    /// The event, with this victim in the place of its owner.
    pub(super) fn put_into(&self, fields: &Fields) -> Fields {
        let names = Names::of(fields);
        let others = fields
            .iter()
            .filter(|(field, _)| label(field) != Some(Label::Address));
        let mut replaced: Fields = others
            .map(|(field, text)| (field.clone(), self.named(&names, text)))
            .collect();
        // Hardly an event was recorded with an address or a share.
        replaced.push(("IpAddress".to_owned(), self.address.clone()));
        replaced.push((
            "ShareName".to_owned(),
            format!("\\\\{}\\{}$", self.host, self.user),
        ));
        replaced
    }

    fn named(&self, names: &Names, text: &str) -> String {
        let mut text = with_sid(text, &self.sid);
        // Domains come first: the longer one may hold a host's name.
        for name in names.domains.iter().rev() {
            let new = if name.contains('.') {
                &self.zone
            } else {
                &self.domain
            };
            text = replaced(&text, name, new);
        }
        for name in &names.hosts {
            text = replaced(&text, name, &self.host);
        }
        for name in &names.users {
            text = replaced(&text, name, &self.user);
        }
        text
    }
}

const SID: &str = "S-1-5-21-";

/// Each SID of a domain replaced; what follows its last number stays.
fn with_sid(text: &str, sid: &str) -> String {
    let mut parts = text.split(SID);
    let mut new = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        new.push_str(sid);
        new.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-'));
    }
    new
}

/// Each whole word `old`, in any case, replaced.
fn replaced(text: &str, old: &str, new: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let (mut done, mut from) = (String::new(), 0);
    for (at, _) in lower.match_indices(old) {
        let end = at + old.len();
        let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if joins(lower[..at].chars().next_back()) || joins(lower[end..].chars().next()) {
            continue;
        }
        done.push_str(&text[from..at]);
        done.push_str(new);
        from = end;
    }
    done.push_str(&text[from..]);
    done
}
