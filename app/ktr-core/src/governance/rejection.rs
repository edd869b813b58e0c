//! The rules of governance by number
//!  none yet; 1600 to 1699 are reserved.:No code of another subject stands here.
