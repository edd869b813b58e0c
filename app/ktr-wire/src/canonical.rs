//! One content, one encoding: decode, encode again, compare.
//! Which fields exist is the schema's affair.

use prost::Message;

use crate::refusal::Wire;

/// Decodes a message and refuses every encoding of it but one.
///
/// That ends unknown fields (prost drops them), defaults on the wire, wrong order, long varints and repeated singular fields.
///
/// # Errors
/// [`Wire::NotProtobuf`] or [`Wire::NotCanonical`].
pub(crate) fn decode<M: Message + Default>(octets: &[u8]) -> Result<M, Wire> {
    // The cause names offsets inside foreign bytes; the code says all that a sender can use.
    let message = M::decode(octets).or(Err(Wire::NotProtobuf))?;
    if message.encode_to_vec() == octets {
        Ok(message)
    } else {
        Err(Wire::NotCanonical)
    }
}
