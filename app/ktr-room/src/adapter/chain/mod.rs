//! The chain behind its port, through `ktr-client`: every event verified and folded by the core's own `evolve`.
//! A task of its own follows; a pass never waits for a node.

mod command;
mod follow;
mod outlook;
mod skew;
#[cfg(test)]
mod tests;

#[expect(
    clippy::module_name_repetitions,
    reason = "named as the style page names policies and adapters"
)]
pub use follow::FollowedChain;
