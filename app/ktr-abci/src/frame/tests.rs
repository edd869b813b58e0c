//! Frames, good and bad, as a stream of any granularity delivers them.
//! Speed is measured by the example `latency`, not here.

use std::{
    cell::Cell,
    io::{self, Read},
    rc::Rc,
};

use proptest::prelude::*;

use super::{FrameError, FrameReader};

/// A source that hands out at most `step` bytes a call and counts the calls.
struct Drip {
    bytes: Vec<u8>,
    position: usize,
    step: usize,
    reads: Rc<Cell<usize>>,
}

impl Drip {
    fn new(bytes: Vec<u8>, step: usize) -> Self {
        Self {
            bytes,
            position: 0,
            step,
            reads: Rc::default(),
        }
    }
}

impl Read for Drip {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.reads.set(self.reads.get().saturating_add(1));
        let rest = &self.bytes[self.position..];
        let count = rest.len().min(into.len()).min(self.step);
        into[..count].copy_from_slice(&rest[..count]);
        self.position = self.position.saturating_add(count);
        Ok(count)
    }
}

fn framed(bodies: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for body in bodies {
        prost::encode_length_delimiter(body.len(), &mut bytes).unwrap();
        bytes.extend_from_slice(body);
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn frames_come_out_as_they_went_in_however_the_stream_is_cut(
        bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..400), 0..8),
        step in 1_usize..700,
    ) {
        let mut reader = FrameReader::new(Drip::new(framed(&bodies), step), 400);
        let mut seen = Vec::new();
        while let Some(frame) = reader.next().unwrap() {
            seen.push(frame.to_vec());
        }
        prop_assert_eq!(seen, bodies);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_waits_is_what_comes_next_and_nothing_is_waited_for(
        bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..400), 0..8),
        step in 1_usize..700,
    ) {
        let reads = Rc::default();
        let drip = Drip { reads: Rc::clone(&reads), ..Drip::new(framed(&bodies), step) };
        let mut reader = FrameReader::new(drip, 400);
        let mut coming: Vec<Vec<u8>> = Vec::new();
        loop {
            let before = reads.get();
            let waiting: Vec<Vec<u8>> = reader.waiting().map(<[u8]>::to_vec).collect();
            prop_assert_eq!(reads.get(), before);
            prop_assert_eq!(reader.has_frame(), !waiting.is_empty());
            prop_assert!(waiting.starts_with(&coming));
            let Some(frame) = reader.next().unwrap() else { break };
            if let Some(first) = waiting.first() {
                prop_assert_eq!(&frame.to_vec(), first);
            }
            coming = waiting.get(1..).unwrap_or_default().to_vec();
        }
    }
}

#[test]
fn a_frame_longer_than_the_read_buffer_arrives_whole() {
    let body = vec![7_u8; 1024 * 1024];
    let mut reader = FrameReader::new(
        Drip::new(framed(&[body.clone(), vec![1]]), 5_000),
        body.len(),
    );
    assert_eq!(reader.next().unwrap().unwrap(), body);
    assert_eq!(reader.next().unwrap().unwrap().as_ref(), [1]);
    assert!(reader.next().unwrap().is_none());
}

#[test]
fn a_frame_of_64_mib_is_asked_for_once_per_piece_and_never_again() {
    let body = vec![7_u8; 64 * 1024 * 1024];
    let step = 64 * 1024;
    let source = Drip::new(framed(std::slice::from_ref(&body)), step);
    let reads = Rc::clone(&source.reads);
    let mut reader = FrameReader::new(source, body.len());
    let frame = reader.next().unwrap().unwrap();
    assert_eq!(frame.len(), body.len());
    // The standard library feels its way with a few small reads first.
    assert!(reads.get() < body.len() / step + 32, "{}", reads.get());
}

#[test]
fn a_frame_of_the_limit_passes_and_one_byte_more_is_refused() {
    for (length, passes) in [(100, true), (101, false)] {
        let mut reader = FrameReader::new(Drip::new(framed(&[vec![0; length]]), 4096), 100);
        assert_eq!(reader.next().is_ok(), passes, "{length}");
    }
}

#[test]
fn a_length_that_is_no_64_bit_varint_is_refused() {
    let cases: [&[u8]; 3] = [
        &[0xff; 11],
        &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
    ];
    for case in cases {
        let mut reader = FrameReader::new(Drip::new(case.to_vec(), 4096), 100);
        assert!(
            matches!(reader.next(), Err(FrameError::Length)),
            "{case:x?}"
        );
    }
}

#[test]
fn a_huge_length_is_refused_before_any_room_is_reserved() {
    for length in [1 << 62, u64::MAX] {
        let mut bytes = Vec::new();
        prost::encoding::encode_varint(length, &mut bytes);
        let mut reader = FrameReader::new(Drip::new(bytes, 4096), 100);
        assert!(matches!(reader.next(), Err(FrameError::TooLong { bytes, .. }) if bytes == length));
    }
}

#[test]
fn a_stream_that_ends_inside_a_frame_is_lost_and_not_a_frame() {
    for bytes in [vec![0x80], vec![5, 1, 2]] {
        let mut reader = FrameReader::new(Drip::new(bytes, 4096), 100);
        assert!(matches!(reader.next(), Err(FrameError::Lost(_))));
    }
}

#[test]
fn a_half_frame_at_hand_is_no_frame() {
    let mut bytes = framed(&[vec![1], vec![2; 50]]);
    bytes.truncate(20);
    let mut reader = FrameReader::new(Drip::new(bytes, 4096), 100);
    assert!(!reader.has_frame());
    assert_eq!(reader.next().unwrap().unwrap().as_ref(), [1]);
    assert!(!reader.has_frame());
}

#[test]
fn a_whole_frame_at_hand_is_seen_without_reading() {
    let source = Drip::new(framed(&[vec![1], vec![2; 50]]), 4096);
    let reads = Rc::clone(&source.reads);
    let mut reader = FrameReader::new(source, 100);
    assert_eq!(reader.next().unwrap().unwrap().as_ref(), [1]);
    assert!(reader.has_frame());
    assert_eq!(reads.get(), 1);
}
