//! How governance events change the network
//!  there is no event, so there is no change.:The root's evolve proves that by an empty match.
