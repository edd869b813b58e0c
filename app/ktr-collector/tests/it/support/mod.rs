//! Support for tests over loopback: a served port, a collector on a chain of records, raw requests.
//! Nothing is asserted here.

pub(crate) mod life;
pub(crate) mod served;

pub(crate) use served::ask;
