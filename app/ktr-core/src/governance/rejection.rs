//! The rules of governance by number, 1600 to 1699.
//! The order of the checks stands in `decide` and `mandate`.

use crate::rejection::rejections;

rejections! {
    /// The signing key is not live any more: it was revoked earlier in this block.
    KeyNotLive = 1600,
    /// Only a county may do this.
    CountyRequired = 1601,
    /// The command names no proposal, and without one it may not be asked.
    MandateMissing = 1602,
    /// The command names a proposal, and is none that can rest on one.
    MandateNotTaken = 1603,
    /// No enacted proposal of subject act has this number.
    MandateUnknown = 1604,
    /// The proposal names another command.
    MandateForeign = 1605,
}
