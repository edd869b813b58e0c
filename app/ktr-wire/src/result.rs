//! What the engine hashes of a transaction's result: the octets of `ExecTxResult` that are consensus, and of its `data`.
//! Gas is never counted, and everything else of a result is free.

use prost::{Message, encoding};

/// `ExecTxResult.data` of an accepted transaction: where its events stand in the log.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
struct Indices {
    #[prost(uint64, tag = "1")]
    first: u64,
    #[prost(uint64, tag = "2")]
    count: u64,
}

/// The octets of `data` for the first index and the number of a transaction's events.
#[must_use]
pub fn data(first: u64, count: u64) -> Vec<u8> {
    Indices { first, count }.encode_to_vec()
}

/// The octets that stand for a result under the header's `last_results_hash`: `code` and `data` of `ExecTxResult`. Its fields 5 and 6 are
/// gas, which is 0 and so absent.
#[must_use]
pub fn hashed(code: u32, data: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    if code != 0 {
        encoding::uint32::encode(1, &code, &mut octets);
    }
    if !data.is_empty() {
        encoding::bytes::encode(2, &data.to_vec(), &mut octets);
    }
    octets
}

#[cfg(test)]
mod tests {
    use super::{data, hashed};

    #[test]
    fn a_result_has_the_octets_that_the_engine_hashes() {
        assert!(hashed(0, &[]).is_empty());
        assert_eq!(hashed(1_508, &[]), [0x08, 0xE4, 0x0B]);
        assert_eq!(data(0, 1), [0x10, 1]);
        assert_eq!(hashed(0, &data(7, 2)), [0x12, 4, 0x08, 7, 0x10, 2]);
    }
}
