//! The rules of nominations by number, 1200 to 1299.
//! The order of the checks stands in `decide`.

use crate::rejection::rejections;

rejections! {
    /// The signing key is not live any more: it was revoked earlier in this block.
    KeyNotLive = 1200,
    /// Only a member may nominate.
    MemberRequired = 1201,
    /// Only a seat of the term of submission may vote.
    SeatRequired = 1202,
    /// Only the nominator may withdraw.
    NominatorRequired = 1203,
    /// Only HIGH and CRITICAL may be nominated.
    SeverityTooLow = 1204,
    /// No such version of the matrix is in force.
    MatrixUnknown = 1205,
    /// This commitment was nominated before.
    NominationKnown = 1206,
    /// No such nomination.
    NominationUnknown = 1207,
    /// The board would have too little time.
    DecideByTooSoon = 1208,
    /// The board would have too much time.
    DecideByTooLate = 1209,
    /// The member has as many open nominations as it may have.
    OpenTooMany = 1210,
    /// There is no board in office.
    NoTermInForce = 1211,
    /// It was decided, withdrawn or has lapsed.
    NominationNotOpen = 1212,
    /// `decide_by` has passed.
    DecideByPassed = 1213,
    /// This seat has voted; a vote is final.
    SeatVoted = 1214,
    /// A deputy votes only when the seat is recused or vacant.
    SeatNotRecused = 1215,
}
