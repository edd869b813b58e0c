//! What time alone does to governance
//!  nothing yet.:Expiring proposals come with the proposals.
