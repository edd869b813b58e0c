//! The rules of membership by number, 1000 to 1099.
//! The order of the checks stands in `decide`.

use crate::rejection::rejections;

rejections! {
    /// The signing key is not live any more: it was revoked earlier in this block.
    KeyNotLive = 1000,
    /// Only the named home county may admit.
    CountyRequired = 1001,
    /// Only the member itself or its home county may change its keys.
    OwnerRequired = 1002,
    /// This id is a member already.
    MemberKnown = 1003,
    /// No such member.
    MemberUnknown = 1004,
    /// This key is registered already, for whatever role.
    KeyKnown = 1005,
    /// The member has no such key.
    KeyUnknown = 1006,
    /// The new key did not sign for its owner.
    KeyProofFails = 1007,
    /// The validity is empty or already over.
    ValidityEmpty = 1008,
    /// The validity starts further ahead than the skew.
    ValidityTooSoon = 1009,
    /// The validity is longer than the parameter allows.
    ValidityTooLong = 1010,
    /// The member has as many keys of this purpose that are live, or will be, as it may have.
    KeysTooMany = 1011,
    /// The key was revoked before.
    KeyRevoked = 1012,
}
