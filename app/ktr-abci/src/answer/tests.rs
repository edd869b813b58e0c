//! How many writes a number of answers costs.
//! What an answer says is the dispatcher's matter.

use std::io::{self, Write};

use tendermint_proto::v0_38::abci::{ResponseEcho, ResponseFlush, response::Value};

use super::AnswerWriter;

/// Counts writes.
#[derive(Default)]
struct Sink {
    writes: Vec<usize>,
}

impl Write for &mut Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writes.push(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn echo(bytes: usize) -> Value {
    Value::Echo(ResponseEcho {
        message: "x".repeat(bytes),
    })
}

#[test]
fn an_answer_and_its_flush_leave_in_one_write() {
    let mut sink = Sink::default();
    let mut writer = AnswerWriter::new(&mut sink);
    writer.push(echo(10)).unwrap();
    writer.send_if_full().unwrap();
    writer.push(Value::Flush(ResponseFlush {})).unwrap();
    writer.send().unwrap();
    writer.send().unwrap();
    assert_eq!(sink.writes.len(), 1);
}

#[test]
fn a_thousand_answers_without_a_flush_leave_in_pieces_of_64_kib() {
    let mut sink = Sink::default();
    let mut writer = AnswerWriter::new(&mut sink);
    for _ in 0..1_000 {
        writer.push(echo(1_000)).unwrap();
        writer.send_if_full().unwrap();
    }
    writer.send().unwrap();
    assert_eq!(sink.writes.len(), 16);
    assert!(sink.writes.iter().all(|bytes| *bytes < 66 * 1024));
}
