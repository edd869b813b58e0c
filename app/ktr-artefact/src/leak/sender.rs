//! Tells whether a mail address in an object is the very sender that the object is about: an indicator of mail or its observable.
//! Whether that sender is the attacker's is for the board, which cleared the case.

/// A property that may say so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Property {
    Kind,
    Name,
    Pattern,
    Value,
}

impl Property {
    /// By its name, if it is one of them.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "type" => Some(Self::Kind),
            "name" => Some(Self::Name),
            "pattern" => Some(Self::Pattern),
            "value" => Some(Self::Value),
            _ => None,
        }
    }
}

/// What one object says of a sender.
#[derive(Debug, Default)]
pub(super) struct Sender {
    kind: String,
    /// Properties with an address in them.
    texts: Vec<(Property, String)>,
    /// Properties in which a mail address was found.
    mails: Vec<Property>,
}

impl Sender {
    /// Hears the text of a property.
    pub(super) fn hear(&mut self, property: Property, text: &str) {
        if property == Property::Kind {
            text.clone_into(&mut self.kind);
        } else if text.contains('@') {
            self.texts.push((property, String::from(text)));
        }
    }

    /// Hears that a mail address was found in a property.
    pub(super) fn found_in(&mut self, property: Property) {
        self.mails.push(property);
    }

    /// Whether any mail address of the object is another than the sender that it is about.
    pub(super) fn is_a_stranger(&self) -> bool {
        !self.mails.iter().all(|property| self.is_about(*property))
    }

    fn is_about(&self, property: Property) -> bool {
        let text = self.only(property);
        let equality = self
            .only(Property::Pattern)
            .and_then(|pattern| pattern.strip_prefix("[email-addr:value = '"))
            .and_then(|rest| rest.strip_suffix("']"))
            .filter(|address| is_one_address(address));
        match (self.kind.as_str(), property) {
            ("email-addr", Property::Value) => text.is_some_and(is_one_address),
            ("indicator", Property::Pattern) => equality.is_some(),
            ("indicator", Property::Name) => {
                equality.is_some()
                    && text.and_then(|name| name.strip_prefix("Sender: ")) == equality
            }
            _ => false,
        }
    }

    /// The text of a property that stands there once.
    fn only(&self, property: Property) -> Option<&str> {
        let mut texts = self.texts.iter().filter(|(known, _)| *known == property);
        let (_, text) = texts.next()?;
        texts.next().is_none().then_some(text)
    }
}

/// One plain address, without anything around it.
fn is_one_address(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@.!#$%&*+-/=?^_`{|}~".contains(c);
    text.chars().all(plain) && text.matches('@').count() == 1
}
