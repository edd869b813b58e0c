//! The reference pages of the book, printed from the code: refusals, commands, events, parameters.
//! What the things mean is told by the specification; here stand their names and numbers.

mod example;
mod message;
mod page;
mod parameter;
mod refusal;

pub use example::{Example, examples};
pub use message::{commands, events};
pub use page::{compare, head, section};
pub use parameter::parameters;
pub use refusal::rejections;
