//! What time alone does to members: nothing yet.
//! A key out of its validity is judged where it is used; the event of its expiry is reserved.
