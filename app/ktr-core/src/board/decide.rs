//! The rules of board commands: there is no command, so there is no rule.
//! The root's decide proves that by an empty match.
