//! Serves one connection from its first frame to its end, in its own thread.
//! It knows no other connection; what they share is behind `Shared`.

use std::{io, net::Shutdown, sync::Arc};

use prost::Message;
use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{Request, request, response};

use crate::{
    Call, Method,
    ahead::Ahead,
    answer::AnswerWriter,
    clock::Stopwatch,
    dispatch::{Outcome, dispatch, exception},
    frame::{FrameError, FrameReader},
    method::height,
    shared::Shared,
    stream::Stream,
};

/// An accepted connection and all it needs.
pub(crate) struct Connection<App> {
    number: u64,
    stream: Stream,
    app: App,
    shared: Arc<Shared>,
}

/// Whether the connection goes on after a call.
enum Next {
    Read,
    End,
}

impl<App: Application> Connection<App> {
    /// Takes the connection in; it is in the registry until it ends, even by a panic.
    pub(crate) fn open(
        number: u64,
        stream: Stream,
        app: App,
        shared: Arc<Shared>,
    ) -> io::Result<Self> {
        shared.registry.add(number, stream.try_clone()?);
        Ok(Self {
            number,
            stream,
            app,
            shared,
        })
    }

    /// Answers calls until the peer leaves, breaks the protocol, or the server stops.
    pub(crate) fn serve(self) {
        tracing::debug!(connection = self.number, "connection open");
        let mut reader = FrameReader::new(&self.stream, self.shared.frame_max_bytes);
        let mut writer = AnswerWriter::new(&self.stream);
        let ended = self
            .run(&mut reader, &mut writer)
            .and_then(|()| writer.send());
        match ended {
            Ok(()) => tracing::debug!(connection = self.number, "connection ended"),
            Err(error) => {
                tracing::warn!(connection = self.number, kind = %error.kind(), "connection lost");
            }
        }
    }

    fn run<'s>(
        &'s self,
        reader: &mut FrameReader<&'s Stream>,
        writer: &mut AnswerWriter<&'s Stream>,
    ) -> io::Result<()> {
        let mut ahead = Ahead::default();
        loop {
            // A peer that sends no Flush waits for its answer before it sends more.
            if !reader.has_frame() {
                writer.send()?;
            }
            if self.shared.stop.is_requested() {
                return Ok(());
            }
            let frame = match reader.next() {
                Ok(Some(frame)) => frame,
                Ok(None) => return Ok(()),
                Err(FrameError::Lost(error)) => return Err(error),
                Err(error @ (FrameError::Length | FrameError::TooLong { .. })) => {
                    return self.refuse(writer, &error.to_string());
                }
            };
            let request_bytes = frame.len();
            let request = match Request::decode(frame) {
                Ok(Request {
                    value: Some(request),
                }) => request,
                Ok(Request { value: None }) => {
                    return self.refuse(writer, "request is empty or unknown");
                }
                Err(_) => return self.refuse(writer, "request is no ABCI 2.0 protobuf"),
            };
            let watch = Stopwatch::start();
            if let Some(hook) = &self.shared.on_ahead {
                ahead.look(&request, reader.waiting(), hook);
            }
            match self.answer(request, (request_bytes, watch), writer)? {
                Next::Read => {}
                Next::End => return Ok(()),
            }
        }
    }

    /// One call, from its request to its answer in the writer.
    fn answer(
        &self,
        request: request::Value,
        (request_bytes, watch): (usize, Stopwatch),
        writer: &mut AnswerWriter<&Stream>,
    ) -> io::Result<Next> {
        let (method, height) = (Method::of(&request), height(&request));
        self.shared.observe(self.number, method, height);
        let answer = match dispatch(&self.app, request) {
            Outcome::Answered(answer) => answer,
            Outcome::Caught(answer) => {
                self.shared.counts.caught_panics.add_one();
                tracing::error!(method = method.name(), height, "the application panicked");
                answer
            }
            Outcome::Fatal => return Ok(self.fatal(method, height)),
        };
        let closes = matches!(answer, response::Value::Exception(_));
        let answer_bytes = writer.push(answer)?;
        let call = Call {
            method,
            height,
            request_bytes,
            answer_bytes,
            elapsed: watch.elapsed(),
        };
        self.record(&call);
        if method == Method::Flush {
            writer.send()
        } else {
            writer.send_if_full()
        }?;
        Ok(if closes { Next::End } else { Next::Read })
    }

    fn record(&self, call: &Call) {
        self.shared.counts.calls.add_one();
        (self.shared.on_call)(call);
        tracing::debug!(
            connection = self.number,
            method = call.method.name(),
            height = call.height,
            request_bytes = call.request_bytes,
            answer_bytes = call.answer_bytes,
            micros = u64::try_from(call.elapsed.as_micros()).unwrap_or(u64::MAX),
            "answered"
        );
    }

    /// By default this does not come back. Where the hook does, nothing is answered and the whole
    /// server ends.
    fn fatal(&self, method: Method, height: Option<i64>) -> Next {
        tracing::error!(
            method = method.name(),
            height,
            "the application panicked, which is fatal"
        );
        (self.shared.on_fatal)(method);
        self.shared.fatal.get_or_init(|| method);
        self.shared.stop.request();
        Next::End
    }

    fn refuse(&self, writer: &mut AnswerWriter<&Stream>, reason: &str) -> io::Result<()> {
        self.shared.counts.malformed.add_one();
        tracing::warn!(connection = self.number, reason, "frame refused");
        writer.push(exception(reason)).map(drop)
    }
}

impl<App> Drop for Connection<App> {
    fn drop(&mut self) {
        // Books first: a peer that sees the end may rely on it being known everywhere.
        self.shared.closed(self.number);
        self.shared.registry.remove(self.number);
        self.stream.shut(Shutdown::Both);
    }
}
