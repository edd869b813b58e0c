//! The rule of publication: each ended bucket once, some time after its end, never a number below the minimum.
//! There is no complement to protect, because a plain count has no denominator (design: rulings, section 5).

use ktr_core::{
    State,
    ingestion::Bucket,
    time::{Secs, Time},
};

use crate::{action::Publication, book::Book};

/// The buckets that are to be published now, by beacon id and bucket.
#[must_use]
pub fn due(book: &Book, state: &State, now: Time, delay: Secs) -> Vec<Publication> {
    let count_min = state.governance.parameters().count_min;
    let mut ready = Vec::new();
    for (beacon, tally) in book.tallies() {
        let published = state.ingestion.get(tally.session);
        for bucket in Bucket::ALL {
            let is_published = published.is_some_and(|known| known.published.contains_key(&bucket));
            let (Some(end), Some(cell)) = (tally.ends_at(bucket), tally.cell(bucket)) else {
                continue;
            };
            if is_published || !cell.ended || now < end.plus(delay) {
                continue;
            }
            ready.push(Publication {
                session: tally.session,
                bucket,
                beacon: *beacon,
                hits: Some(cell.hits).filter(|hits| *hits >= count_min),
                interrupted: cell.interrupted,
            });
        }
    }
    ready
}
