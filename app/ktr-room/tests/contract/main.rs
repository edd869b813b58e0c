//! The homeserver in memory: it keeps the contract that the real one is held to in the net tests, and so can carry whole sessions.
//! No Synapse is needed here; that the cases judge the right things is what the real one shows.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code: a broken expectation is a red test"
)]

mod adversity;
mod alarm;
#[expect(
    clippy::cognitive_complexity,
    reason = "a case is a list of assertions"
)]
mod cases;
#[path = "../net/support/chain.rs"]
mod chain;
#[path = "../net/support/cipher.rs"]
mod cipher;
mod doctor;
mod ending;
mod figures;
mod forget;
mod ground;
mod interval;
mod journal;
mod keys;
mod lease;
mod lost;
mod mock;
#[path = "../net/support/place.rs"]
mod place;
#[path = "../net/support/poll.rs"]
mod poll;
mod post;
mod slow;
mod start;
mod stray;
mod token;
mod unarmed;
mod walls;

use ground::Ground;
use mock::{Mock, SECRET};

#[tokio::test]
async fn the_homeserver_in_memory_keeps_the_contract() {
    let mock = Mock::boot().await;
    let folder = tempfile::tempdir().expect("folder");
    let token = folder.path().join("bot.json");
    let ground = Ground::new(mock.base(), SECRET.to_vec(), token).await;
    cases::all(&ground).await;
    // The last case lost the bot's token.
    assert_eq!(mock.rescue_tokens(), 0, "whoever rescued it is logged out");
}
