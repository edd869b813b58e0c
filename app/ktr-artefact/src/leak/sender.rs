//! Tells whether a mail address in an object is the very sender that the object is about: an indicator of mail or its observable.
//! Whether that sender is the attacker's is for the board, which cleared the case.

/// The texts of one object that may say so.
#[derive(Debug, Default)]
pub(super) struct Sender {
    kind: String,
    pattern: String,
    /// Properties in which a mail address was found.
    mails: Vec<(String, String)>,
}

impl Sender {
    /// Whether a property is asked for.
    pub(super) fn asks_for(property: &str) -> bool {
        matches!(property, "name" | "pattern" | "type" | "value")
    }

    /// Hears a property that was asked for.
    pub(super) fn hear(&mut self, property: &str, text: String, is_mail: bool) {
        match property {
            "type" => self.kind.clone_from(&text),
            "pattern" => self.pattern.clone_from(&text),
            _ => {}
        }
        if is_mail {
            self.mails.push((String::from(property), text));
        }
    }

    /// Whether any mail address of the object is another than the sender that it is about.
    pub(super) fn is_a_stranger(&self) -> bool {
        !self
            .mails
            .iter()
            .all(|(property, text)| self.is_about(property, text))
    }

    fn is_about(&self, property: &str, text: &str) -> bool {
        let equality = self
            .pattern
            .strip_prefix("[email-addr:value = '")
            .and_then(|rest| rest.strip_suffix("']"));
        match (self.kind.as_str(), property, equality) {
            ("email-addr", "value", _) => is_one_address(text),
            ("indicator", "pattern", Some(address)) => {
                text == self.pattern && is_one_address(address)
            }
            ("indicator", "name", Some(address)) => text.strip_prefix("Sender: ") == Some(address),
            _ => false,
        }
    }
}

/// One plain address, without anything around it.
fn is_one_address(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@.!#$%&*+-/=?^_`{|}~".contains(c);
    text.chars().all(plain) && text.matches('@').count() == 1
}
