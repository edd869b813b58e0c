//! The rules of the board by number, 1100 to 1199.
//! The order of the checks stands in `decide`; the rules of votes are those of nominations.

use crate::rejection::rejections;

rejections! {
    /// The signing key is not live any more: it was revoked earlier in this block.
    KeyNotLive = 1100:
        "whoever signs with a key that a transaction earlier in the same block revoked"
        => "Sign with another live key of yours.",
    /// Only a county with a mandate of the counties may do this.
    MandateRequired = 1101:
        "a county without a proposal that the counties enacted"
        => "Propose it, let a majority approve, and name the proposal.",
    /// Only a seat of that term, which its deputy does not hold, may do this.
    SeatRequired = 1102:
        "anyone who is no seat of that term, or whose deputy holds the seat"
        => "Leave it to the seats of that term: `ktr query term N` names them.",
    /// Only the named seat or deputy itself may replace its key.
    SeatOrDeputyRequired = 1103:
        "anyone who replaces the key of another seat or deputy"
        => "Let the seat or deputy itself sign, with its old key.",
    /// The number is not the last one plus one.
    TermNotNext = 1104:
        "a county, with a number that leaves a gap or is taken"
        => "Give the last term plus one: `ktr query term N`.",
    /// The term is empty or already over.
    TermEmpty = 1105:
        "a county, with a term that ends before it begins, or has ended"
        => "Give a begin and a later end that lies ahead.",
    /// The term would begin before the last one ends.
    TermsOverlap = 1106:
        "a county, with a term that begins before the last one ends"
        => "Give a begin that is not before the last term's end.",
    /// The term would be longer than the parameter allows.
    TermTooLong = 1107:
        "a county, with a term longer than `term_max_secs`"
        => "Give an earlier end.",
    /// The term would begin further ahead than a term may last.
    TermTooFar = 1108:
        "a county, with a term that begins further ahead than a term may last"
        => "Appoint later.",
    /// A board has its three seats, rising, each once.
    SeatsIncomplete = 1109:
        "a county that names fewer or more than three seats, or one twice"
        => "Name seats 1, 2 and 3, each once.",
    /// Two of the keys are the same.
    KeysNotDistinct = 1110:
        "a county that gives one key to two places"
        => "Give each seat and each deputy keys of its own.",
    /// One of the keys is registered already, for whatever role.
    KeyKnown = 1111:
        "a county or seat, with a key that stands in the register already"
        => "Make a new key with `ktr keys new`.",
    /// No such nomination.
    NominationUnknown = 1112:
        "a seat that names a commitment that was never submitted"
        => "Compare the commitment with `ktr board list --all`.",
    /// The nomination was decided, withdrawn or has lapsed.
    NominationNotOpen = 1113:
        "a seat that stands back after the decision, the withdrawal or the lapse"
        => "Nothing: it is over.",
    /// The seat has voted on it; a vote is final.
    SeatVoted = 1114:
        "a seat that stands back after its vote"
        => "Nothing: a vote is final.",
    /// The seat stands back from it already.
    SeatRecused = 1115:
        "a seat that stands back twice"
        => "Nothing: the deputy votes.",
    /// The seat has as many recusals as it may have in one term.
    RecusalsTooMany = 1116:
        "a seat, when it has as many recusals as it may have in one term"
        => "Vote, or let the counties appoint another holder.",
    /// No such term or seat.
    SeatUnknown = 1117:
        "a county or seat that names a term or seat that there is not"
        => "Compare with `ktr query term N`.",
    /// The term is over.
    TermOver = 1118:
        "a county or seat, after the end of the term"
        => "Nothing: the next term has its own seats and keys.",
    /// The deputy holds the seat already.
    SeatVacant = 1119:
        "a county that vacates a seat twice"
        => "Nothing: the deputy holds the seat.",
    /// The new key did not sign for the sender's role.
    KeyProofFails = 1120:
        "a seat or deputy whose new key did not sign for the role"
        => "Make the proof again with `ktr keys proof`, with the same chain id and owner as in the command.",
}
