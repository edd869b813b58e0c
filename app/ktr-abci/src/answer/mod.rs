//! Answers on their way out.
//! Requests come in through `frame`.

#[cfg(test)]
mod tests;
mod writer;

pub(crate) use writer::AnswerWriter;
