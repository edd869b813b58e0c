//! Frames of the socket protocol, `uvarint(length) ‖ Request`: reading them within a limit.
//! What is inside a frame is decoded elsewhere.

mod reader;
#[cfg(test)]
mod tests;

pub(crate) use reader::{FrameError, FrameReader};
