//! The rules of governance by number, 1600 to 1699.
//! The order of the checks stands in `decide` and `mandate`.

use crate::rejection::rejections;

rejections! {
    /// The signing key is not live any more: it was revoked earlier in this block.
    KeyNotLive = 1600:
        "whoever signs with a key that a transaction earlier in the same block revoked"
        => "Sign with another live key of yours.",
    /// Only a county may do this.
    CountyRequired = 1601:
        "anyone who asks for a county's act with a key that is not a county's"
        => "Let a county's operator sign.",
    /// The command names no proposal, and without one it may not be asked.
    MandateMissing = 1602:
        "a county that asks without mandate for what the counties decide together"
        => "Propose it, wait until it is enacted, then name the proposal with `--mandate`.",
    /// The command names a proposal, and is none that can rest on one.
    MandateNotTaken = 1603:
        "anyone who names a proposal in a command that needs none"
        => "Leave `--mandate` out.",
    /// No enacted proposal of subject act has this number.
    MandateUnknown = 1604:
        "a county whose proposal was not enacted, or is of another subject than an act"
        => "Look the proposal up and wait until it is enacted.",
    /// The proposal names another command.
    MandateForeign = 1605:
        "a county whose command differs from the one that was enacted"
        => "Compare the digest that `ktr tx build` prints with the proposal's; build the same command again.",
}
