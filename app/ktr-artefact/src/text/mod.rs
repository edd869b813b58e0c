//! Texts as types: each has one constructor with one grammar, so that no free-form string of a form reaches an object.
//! What a text means is not judged here; dictionaries and detectors come on top.

mod class_t;
mod clean;
mod declare;
mod plain;
#[cfg(test)]
mod tests;
mod title;

pub use clean::Clean;
pub use title::{Language, MalwareName, Narrative, Title};

pub(crate) use class_t::{check as check_class_t, check_name as check_class_t_name};
pub(crate) use clean::is_clean;
pub(crate) use declare::text_type;
pub(crate) use plain::plain;
pub(crate) use title::check_rule_title;
