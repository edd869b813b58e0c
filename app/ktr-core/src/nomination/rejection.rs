//! The rules of nominations by number, 1200 to 1299.
//! The order of the checks stands in `decide`.

use crate::rejection::rejections;

rejections! {
    /// The signing key is not live any more: it was revoked earlier in this block.
    KeyNotLive = 1200:
        "whoever signs with a key that a transaction earlier in the same block revoked"
        => "Sign with another live key of yours.",
    /// Only a member may nominate.
    MemberRequired = 1201:
        "anyone who nominates with a key that is no member's: a seat, a county, the studio"
        => "Sign with the member's own key.",
    /// Only a seat of the term of submission may vote.
    SeatRequired = 1202:
        "anyone who votes without having held a seat, or its deputy's place, in the term in which the case was submitted"
        => "Leave the vote to the seats of that term: `ktr query term N` names them.",
    /// Only the nominator may withdraw.
    NominatorRequired = 1203:
        "anyone who withdraws another member's nomination"
        => "Let the nominator withdraw; a seat that wants it gone votes a veto.",
    /// Only HIGH and CRITICAL may be nominated.
    SeverityTooLow = 1204:
        "a member whose case is LOW or MEDIUM by the matrix"
        => "Keep the case: only HIGH and CRITICAL are shared. If the form describes too little, correct the form and nominate anew.",
    /// No such version of the matrix is in force.
    MatrixUnknown = 1205:
        "a member whose program knows a newer matrix than the network"
        => "Nominate with a version of `ktr` whose matrix is in force.",
    /// This commitment was nominated before.
    NominationKnown = 1206:
        "a member who sends the same case file twice"
        => "Nothing, if it was sent twice by mistake. A new nomination of the case draws a new salt and has another commitment.",
    /// No such nomination.
    NominationUnknown = 1207:
        "a seat or member who names a commitment that was never submitted"
        => "Compare the commitment with `ktr board list --all`.",
    /// The board would have too little time.
    DecideByTooSoon = 1208:
        "a member who leaves the board less time than `decide_min_secs`"
        => "Nominate anew with a later `--decide-by`.",
    /// The board would have too much time.
    DecideByTooLate = 1209:
        "a member who leaves the board more time than `decide_max_secs`"
        => "Nominate anew with an earlier `--decide-by`.",
    /// The member has as many open nominations as it may have.
    OpenTooMany = 1210:
        "a member with ten nominations that are not decided"
        => "Wait for a decision, or withdraw one.",
    /// There is no board in office.
    NoTermInForce = 1211:
        "every member, between two terms of the board"
        => "Wait until the counties have appointed a board.",
    /// It was decided, withdrawn or has lapsed.
    NominationNotOpen = 1212:
        "a seat or nominator who comes after the decision, the withdrawal or the lapse"
        => "Nothing: it is over. `ktr query nomination COMMITMENT` shows how it ended.",
    /// `decide_by` has passed.
    DecideByPassed = 1213:
        "a seat or nominator who comes too late"
        => "Nothing: the nomination lapses. The member may nominate the case anew.",
    /// This seat has voted; a vote is final.
    SeatVoted = 1214:
        "a seat that votes twice on one case"
        => "Nothing: a vote is final.",
    /// A deputy votes only when the seat is recused or vacant.
    SeatNotRecused = 1215:
        "a deputy whose seat is neither recused nor vacant"
        => "Leave the vote to the seat.",
    /// The seat is recused from it: its deputy votes instead.
    SeatRecused = 1216:
        "a seat that stood back from this case"
        => "Leave the vote to the deputy.",
    /// The seat is vacant: its deputy holds it until the term ends.
    SeatVacant = 1217:
        "the holder of a vacant seat"
        => "Leave the vote to the deputy.",
    /// A suspended member nominates nothing and takes nothing back.
    MemberSuspended = 1218:
        "a suspended member"
        => "Ask the home county; it may readmit the member.",
    /// The member has left.
    MemberLeft = 1219:
        "a member that has left"
        => "Nothing: leaving is final.",
}
