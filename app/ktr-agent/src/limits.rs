//! Every bound and pause of this program that nobody may set, in one place.
//! What an operator may set is in the configuration.

use std::time::Duration;

/// Octets of a sealed pass.
pub const PASS_MAX: usize = 64 * 1024;
/// Octets of a token in a pass.
pub const TOKEN_MAX: usize = 4 * 1024;
/// Octets of an answer of the homeserver that is no media.
pub const ANSWER_MAX: usize = 4 * 1024 * 1024;
/// Octets of a post's ciphertext.
pub const CIPHERTEXT_MAX: usize = 20 * 1024 * 1024;
/// Posts of one room that are looked at.
pub const POSTS_MAX: usize = 100;
/// Octets of a media id.
pub const MEDIA_ID_MAX: usize = 255;
/// An answer of pass server or homeserver that takes longer is none.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// An answer of the nodes that takes longer is none.
pub const CHAIN_WITHIN: Duration = Duration::from_secs(20);
/// The collector's answer to a plain hit.
pub const HIT_WITHIN: Duration = Duration::from_secs(10);
/// Octets of the collector's answer.
pub const HIT_ANSWER_MAX: usize = 4 * 1024;
/// Tries of one plain hit, over all restarts.
pub const HIT_TRIES_MAX: u8 = 3;
