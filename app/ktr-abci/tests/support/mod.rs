//! What the integration tests share: a small deterministic application, and a running server.
//! It judges nothing.

#![allow(
    dead_code,
    unused_imports,
    clippy::allow_attributes,
    reason = "each test binary uses a part of it, so that no expectation holds in all of them"
)]
#![expect(clippy::unwrap_used, clippy::unwrap_in_result, reason = "test code")]

pub(crate) mod broken;
pub(crate) mod engine;
pub(crate) mod notebook;
mod running;

pub(crate) use ktr_testkit::wait::until;
pub(crate) use running::*;
