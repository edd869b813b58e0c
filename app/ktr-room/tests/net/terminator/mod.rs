//! What ends TLS before a county: one list of paths, by real requests to a real homeserver, whoever keeps it.
//! What the list is for is in the design of the room, section 2.4.

mod cases;
mod judge;
mod listener;
mod nginx;
