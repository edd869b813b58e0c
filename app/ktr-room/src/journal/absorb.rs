//! What a look at the room teaches the journal: a room found by alias, posts that are already out, nets that wait.
//! So a journal that was lost, or that a crash left one step behind, becomes true again before anything is decided.

use std::collections::BTreeSet;

use super::entry::{Journal, Phase, Post};
use super::fact::Fact;
use crate::seen::Seen;

impl Journal {
    /// Takes over what the look showed; says whether anything changed.
    pub fn absorb(&mut self, seen: &Seen, at_ms: u64) -> bool {
        let before = self.clone();
        let lives = matches!(self.phase, Phase::Absent | Phase::Gathering | Phase::Seeded);
        // An end that began blind, without a journal of before, may find its room late.
        let is_found = self.phase == Phase::Dissolving && self.room.is_none();
        if let Some(room) = &seen.stands
            && self.room.is_none()
            && (lives || is_found)
        {
            // The bot may be in it no more, and the purge has to know it all the same.
            self.note(Fact::Room(room.clone()));
        }
        if let Some(room) = &seen.room
            && (lives || is_found)
        {
            if self.room.as_ref() != Some(&room.id) {
                self.note(Fact::Room(room.id.clone()));
            }
            for (n, found) in &room.posts {
                if let Some(post) = self.posts.iter().find(|post| post.n == *n) {
                    if post.event.is_none() {
                        self.note(Fact::Posted(*n, found.event.clone(), at_ms));
                    }
                } else {
                    self.note(Fact::Spooled(found_post(*n, found.sha256.0)));
                    self.note(Fact::Posted(*n, found.event.clone(), at_ms));
                }
            }
            self.posts.sort_by_key(|post| post.n);
            self.delay_ids.extend(
                room.pending
                    .values()
                    .flatten()
                    .chain(&room.leases)
                    .map(|pending| pending.id.clone()),
            );
        }
        *self != before
    }
}

/// A post the timeline shows and the journal does not know: its recipients are unknown, so nobody counts as covered.
fn found_post(n: u32, sha256: [u8; 32]) -> Post {
    Post {
        n,
        sha256,
        middle: Vec::new(),
        size: 0,
        recipients: BTreeSet::new(),
        media: None,
        uploaded: true,
        event: None,
        sent_ms: 0,
        transaction: String::new(),
    }
}
