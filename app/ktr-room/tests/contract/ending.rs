//! What a report says of an end that came late, or again, through whole sessions.
//! What is decided when is the policy's own tests' affair. The homeserver is the one in memory.

use ktr_room::port::Clock;

use super::adversity::{dissolution, endure, hour, seeded, until};
use super::journal::Hour;

/// Moves the time to so many milliseconds after T.
fn after_t(hour: &Hour, ms: u64) {
    let t_ms = hour.ledger.times().dissolves_ms();
    let left_ms = (t_ms + ms).saturating_sub(hour.ledger.local_ms());
    hour.ledger.change(|inner| inner.ahead_ms += left_ms);
}

#[tokio::test]
async fn a_room_in_which_an_unarmed_member_was_left_is_not_called_absent_at_the_start() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    // The last member comes when post 0 is out; its join cancels its kick, and the sidecar dies before it arms another.
    until(&mut hour, &mut sidecar, seeded).await;
    assert_eq!(hour.guests.len(), 3);
    drop(sidecar);
    // later than the bot's own leave
    after_t(&hour, 95_000);
    let mut sidecar = hour.sidecar();
    endure(&mut hour, &mut sidecar, "left by the bot").await;
    let report = dissolution(&hour);
    assert!(report.flags.dead_man_had_fired);
    assert!(!report.flags.room_absent_at_start, "it stood");
    assert_eq!((hour.mock.halls(), report.residue), (0, [0; 8]));
}
