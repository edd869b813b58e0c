//! Sentences about proofs that prove nothing: what is too long is not read, and each refusal says in its own words which part it is.
//! Which octets lead to which refusal is told beside the modules and in `engine`.

use std::collections::BTreeSet;

use ktr_core::{RecordKey, id::Sha256};
use ktr_proof::{
    commit::NotCommitted,
    log::{self, Head, NotConsistent, NotIncluded},
    state::{self, NotProven},
};

const ROOT: Sha256 = Sha256([1; 32]);

#[test]
fn a_proof_that_is_longer_than_any_is_refused_for_that() {
    let path = vec![ROOT; 64];
    let said = log::verify(&ROOT, 0, &path, u64::MAX, &ROOT);
    assert_eq!(said, Err(NotIncluded::PathLength));
    let head = |size| Head { size, root: ROOT };
    let said = log::verify_consistency(&head(3), &head(u64::MAX), &[ROOT; 65]);
    assert_eq!(said, Err(NotConsistent::ProofLength));
    for proof in [vec![0; state::PROOF_MAX + 1], vec![0xFF; 9], Vec::new()] {
        let said = state::verify(RecordKey::Network, None, &proof, &ROOT);
        assert_eq!(said, Err(NotProven::Malformed), "{} octets", proof.len());
    }
}

#[test]
fn the_empty_log_is_the_beginning_of_every_log_and_proves_so_with_nothing() {
    let after = Head {
        size: 5,
        root: ROOT,
    };
    assert_eq!(log::verify_consistency(&Head::empty(), &after, &[]), Ok(()));
    let more = log::verify_consistency(&Head::empty(), &after, &[ROOT]);
    assert_eq!(more, Err(NotConsistent::ProofLength));
    let other = Head {
        size: 0,
        root: ROOT,
    };
    let said = log::verify_consistency(&other, &after, &[]);
    assert_eq!(said, Err(NotConsistent::OtherBefore));
}

#[test]
fn every_refusal_has_words_of_its_own_that_continue_a_sentence() {
    let said = [
        NotCommitted::OtherChain.to_string(),
        NotCommitted::OtherValidators.to_string(),
        NotCommitted::OtherBlock.to_string(),
        NotCommitted::Shape.to_string(),
        NotCommitted::Signature(3).to_string(),
        NotCommitted::Power {
            signed: 200,
            total: 301,
        }
        .to_string(),
        NotConsistent::Shrunk.to_string(),
        NotConsistent::ProofLength.to_string(),
        NotConsistent::OtherBefore.to_string(),
        NotConsistent::OtherAfter.to_string(),
        NotIncluded::OutOfLog.to_string(),
        NotIncluded::PathLength.to_string(),
        NotIncluded::OtherRoot.to_string(),
        NotProven::Malformed.to_string(),
        NotProven::DoesNotHold.to_string(),
        NotProven::Value.to_string(),
    ];
    assert_eq!(said.iter().collect::<BTreeSet<_>>().len(), said.len());
    for words in &said {
        assert!(words.starts_with(char::is_lowercase), "{words}");
        assert!(!words.ends_with('.'), "{words}");
    }
    assert!(said[4].contains("place 3"));
    assert!(said[5].contains("200 of 301"));
}
