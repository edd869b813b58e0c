//! What time alone does to releases: nothing.
//! A release that was sealed stays sealed.
