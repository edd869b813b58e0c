//! Messages of membership.
//! Rules are the core's.

mod command;
mod message;
mod record;

pub(crate) use command::message;
pub(crate) use message::{
    AddKey, Admit, Admitted, KeyAdded, KeyExpired, KeyRevoked, KeyRotated, Member, Named,
    RevokeKey, RotateKey, Stood, Turned,
};
