//! The rules of membership by number, 1000 to 1099.
//! The order of the checks stands in `decide`.

use crate::rejection::rejections;

rejections! {
    /// The signing key is not live any more: it was revoked earlier in this block.
    KeyNotLive = 1000:
        "whoever signs with a key that a transaction earlier in the same block revoked"
        => "Sign with another live key of yours.",
    /// Only the named home county may admit.
    CountyRequired = 1001:
        "anyone who signs an admission with a key that is not the named county's"
        => "Let the home county sign, or name the county that signs.",
    /// Only the member itself or its home county may change its keys.
    OwnerRequired = 1002:
        "anyone who changes keys of a member that is neither itself nor at home in its county"
        => "Let the member or its home county sign.",
    /// This id is a member already.
    MemberKnown = 1003:
        "a county that admits under an id that is taken"
        => "Draw a new id: leave `--member` out. If the admission was sent twice, the first one counts.",
    /// No such member.
    MemberUnknown = 1004:
        "whoever names a member that was never admitted"
        => "Compare the id with `ktr member list`; the home county admits first.",
    /// This key is registered already, for whatever role.
    KeyKnown = 1005:
        "whoever registers a key that stands in the register already, for any role"
        => "Make a new key with `ktr keys new`. If this was sent twice, the first one counts.",
    /// The member has no such key.
    KeyUnknown = 1006:
        "whoever revokes a key that this member does not have"
        => "Compare member and fingerprint with `ktr query key FINGERPRINT`.",
    /// The new key did not sign for its owner.
    KeyProofFails = 1007:
        "a county or member whose new signing key did not sign for this chain and this member"
        => "Make the proof again with `ktr keys proof`, with the same chain id and member as in the command.",
    /// The validity is empty or already over.
    ValidityEmpty = 1008:
        "whoever registers a key that ends before it begins, or has ended"
        => "Prolong the key or make a new one, and give a later `--valid-until`.",
    /// The validity starts further ahead than the skew.
    ValidityTooSoon = 1009:
        "whoever registers a key that becomes valid in the future"
        => "Set the clock right where the key is made, or wait until its first second.",
    /// The validity is longer than the parameter allows.
    ValidityTooLong = 1010:
        "whoever registers a key for longer than the network allows"
        => "Give a `--valid-until` of at most `key_validity_max_secs` after its begin.",
    /// The member has as many keys of this purpose that are live, or will be, as it may have.
    KeysTooMany = 1011:
        "a member with four keys of one purpose that live or will"
        => "Revoke one that is no longer used: `ktr member revoke-key`.",
    /// The key was revoked before.
    KeyRevoked = 1012:
        "whoever revokes a key twice"
        => "Nothing: the key has ended already.",
    /// The member is suspended: it may only leave.
    MemberSuspended = 1013:
        "a suspended member that does anything but leave"
        => "Ask the home county; it may readmit the member.",
    /// The member has left; that is final.
    MemberLeft = 1014:
        "a member that has left, or whoever names one"
        => "Nothing: leaving is final. The home county may admit the organisation under a new id.",
    /// Only the home county may do this, or a county with a mandate.
    MandateRequired = 1015:
        "a county that is not the member's home and names no enacted proposal"
        => "Let the home county sign, or name the counties' proposal.",
    /// The member is not suspended.
    MemberNotSuspended = 1016:
        "a county that readmits a member which is not suspended"
        => "Nothing: the member may act already.",
    /// The turn is not the last one plus one.
    TurnNotNext = 1017:
        "a county whose turn leaves a gap or is taken"
        => "Give the last turn plus one: `ktr query member MEMBER` shows it.",
    /// Only the member itself may leave.
    MemberRequired = 1018:
        "anyone who leaves in another member's name"
        => "Let the member itself sign.",
}
