//! What a scan looks for: every identifier and every piece of ciphertext of one session's room.
//! Accounts are looked for in tables that belong to rooms only: the accounts themselves stay.

use ktr_core::id::SessionId;

use crate::journal::Journal;
use crate::matrix_id::{Account, RoomId};
use crate::name;
use crate::receipt::Sought;

/// The needles of a scan.
#[derive(Clone, Debug, Default)]
pub struct Canaries {
    /// Room ids with their `!`, by which rows are found.
    pub rooms: Vec<RoomId>,
    /// Texts and octets that must be nowhere.
    pub words: Vec<Vec<u8>>,
    /// Matrix IDs of members that must be in no table that belongs to rooms.
    pub people: Vec<Vec<u8>>,
    /// Event ids of posts, by which rows are found.
    pub events: Vec<String>,
    /// The session's alias in full, by which rows are found.
    pub aliases: Vec<String>,
}

impl Canaries {
    /// Everything the journal knows of its room, on the homeserver of this name.
    #[must_use]
    pub fn of(journal: &Journal, server: &str) -> Self {
        let mut found = Self::default();
        found
            .rooms
            .extend(journal.room.iter().chain(&journal.strays).cloned());
        let mut word = |text: &str| {
            if !text.is_empty() {
                found.words.push(text.as_bytes().to_vec());
            }
        };
        let alias = format!("#{}:{server}", name::alias(SessionId(journal.session)));
        word(&alias);
        for room in journal.room.iter().chain(&journal.strays) {
            word(room.bare());
        }
        // Tokens are no canaries: once logged out they name nobody, and the homeserver writes the addresses it saw
        // them from (the loopback) some seconds late. The sweep removes what is there.
        for pass in journal.passes.values() {
            word(&pass.name);
        }
        for id in &journal.delay_ids {
            word(id.as_str());
        }
        let sought = Sought::of(journal);
        sought.words.iter().for_each(|text| word(text));
        let pieces = sought
            .pieces
            .iter()
            .filter_map(|piece| hex::decode(piece).ok());
        found.words.extend(pieces);
        found.aliases.push(alias);
        found.events.extend(
            journal
                .posts
                .iter()
                .filter_map(|post| post.event.as_ref())
                .map(|e| e.as_str().to_owned()),
        );
        let recipients = journal.posts.iter().flat_map(|post| &post.recipients);
        let company = journal.end.iter().filter_map(|end| end.company.as_ref());
        let known = journal.passes.keys().chain(recipients);
        found.seek_people(known.chain(company.flatten()).cloned(), server);
        found
    }

    /// How much is looked for, by its kind: a count of zero hits says no more than this.
    #[must_use]
    pub fn counts(&self) -> [(&'static str, usize); 5] {
        [
            ("rooms", self.rooms.len()),
            ("words", self.words.len()),
            ("people", self.people.len()),
            ("events", self.events.len()),
            ("aliases", self.aliases.len()),
        ]
    }

    /// Looks for these accounts, too, wherever rows belong to rooms.
    pub fn seek_people(&mut self, accounts: impl IntoIterator<Item = Account>, server: &str) {
        for account in accounts {
            let id = format!("@{}:{server}", account.as_str());
            self.people.push(id.into_bytes());
        }
        self.people.sort();
        self.people.dedup();
    }

    /// Looks for these rooms, too.
    pub fn seek_rooms(&mut self, rooms: impl IntoIterator<Item = RoomId>) {
        for room in rooms {
            self.words.push(room.bare().as_bytes().to_vec());
            self.rooms.push(room);
        }
        self.words.sort();
        self.words.dedup();
        self.rooms.sort();
        self.rooms.dedup();
    }
}
