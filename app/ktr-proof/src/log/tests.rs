//! Sentences about the log, and a second, naive implementation as judge.
//! The judge follows RFC 6962's recursive definition word by word.

use std::collections::BTreeMap;

use ktr_core::id::Sha256;

use super::{Frontier, NotIncluded, empty, leaf, node, path, verify};

/// The Merkle tree hash as RFC 6962, section 2.1, defines it.
fn naive(leaves: &[Sha256]) -> Sha256 {
    match leaves {
        [] => empty(),
        [one] => *one,
        many => {
            #[expect(clippy::arithmetic_side_effects, reason = "two and more leaves")]
            let split = 1 << (usize::BITS - 1 - (many.len() - 1).leading_zeros());
            node(&naive(&many[..split]), &naive(&many[split..]))
        }
    }
}

fn grown(size: u64) -> (Vec<Sha256>, Frontier, BTreeMap<(u8, u64), Sha256>) {
    let mut frontier = Frontier::default();
    let (mut leaves, mut stored) = (Vec::new(), BTreeMap::new());
    for n in 0..size {
        let hash = leaf(&n.to_be_bytes());
        leaves.push(hash);
        for node in frontier.append(hash) {
            stored.insert((node.level, node.index), node.hash);
        }
    }
    (leaves, frontier, stored)
}

#[test]
fn every_leaf_of_every_small_log_is_proven_and_at_no_other_place() {
    for size in 1..=40_u64 {
        let (leaves, frontier, stored) = grown(size);
        let root = frontier.root();
        assert_eq!(root, naive(&leaves));
        for (index, leaf) in (0..).zip(&leaves) {
            let proof = path(index, size, |level, at| stored.get(&(level, at)).copied())
                .expect("every node is stored");
            verify(leaf, index, &proof, size, &root).expect("the leaf is there");
            for other in (0..size).filter(|other| *other != index) {
                assert!(verify(leaf, other, &proof, size, &root).is_err());
            }
        }
    }
}

#[test]
fn a_path_of_the_wrong_length_or_content_proves_nothing() {
    let (leaves, frontier, stored) = grown(7);
    let root = frontier.root();
    let proof = path(3, 7, |level, at| stored.get(&(level, at)).copied()).expect("stored");
    let check = |path: &[Sha256], index, size| verify(&leaves[3], index, path, size, &root);
    assert_eq!(check(&proof, 7, 7), Err(NotIncluded::OutOfLog));
    assert_eq!(check(&proof[1..], 3, 7), Err(NotIncluded::PathLength));
    assert_eq!(
        check(&[proof.clone(), vec![root]].concat(), 3, 7),
        Err(NotIncluded::PathLength)
    );
    let mut wrong = proof.clone();
    wrong[0].0[0] ^= 1;
    assert_eq!(check(&wrong, 3, 7), Err(NotIncluded::OtherRoot));
    assert_eq!(
        path(7, 7, |level, at| stored.get(&(level, at)).copied()),
        None
    );
}

#[test]
fn a_frontier_is_restored_from_stored_nodes() {
    for size in 0..=40 {
        let (_, frontier, stored) = grown(size);
        let restored = Frontier::restore(size, |level, at| stored.get(&(level, at)).copied());
        assert_eq!(restored, Some(frontier));
    }
    assert_eq!(Frontier::restore(1, |_, _| None), None);
}

#[test]
fn the_empty_log_has_the_root_of_the_standard() {
    let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(Frontier::default().root().to_string(), hex);
}
