//! Sentences about the log, and a second, naive implementation as judge.
//! The judge follows RFC 6962's recursive definition word by word.

use std::collections::BTreeMap;

use ktr_core::id::Sha256;

use super::{
    Frontier, Head, NotConsistent, NotIncluded, consistency, empty, leaf, node, path, verify,
    verify_consistency,
};

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
        assert_eq!(frontier.size(), size);
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

/// The proof as RFC 6962, section 2.1.2, defines it: `SUBPROOF(m, D, is_whole)`.
fn naive_consistency(before: usize, leaves: &[Sha256], is_whole: bool) -> Vec<Sha256> {
    if before == leaves.len() {
        return if is_whole {
            Vec::new()
        } else {
            vec![naive(leaves)]
        };
    }
    #[expect(clippy::arithmetic_side_effects, reason = "two and more leaves")]
    let split = 1 << (usize::BITS - 1 - (leaves.len() - 1).leading_zeros());
    let (left, right) = leaves.split_at(split);
    if before <= split {
        [
            naive_consistency(before, left, is_whole),
            vec![naive(right)],
        ]
        .concat()
    } else {
        let inside = before.saturating_sub(split);
        [naive_consistency(inside, right, false), vec![naive(left)]].concat()
    }
}

#[test]
fn between_any_two_small_logs_consistency_is_proven_and_nothing_else_is() {
    let (leaves, _, stored) = grown(40);
    let at = |size: usize| Head {
        size: u64::try_from(size).expect("small"),
        root: naive(&leaves[..size]),
    };
    for after in 0..=40 {
        for before in 0..=after {
            let (old, new) = (at(before), at(after));
            let proof = consistency(old.size, new.size, |level, at| {
                stored.get(&(level, at)).copied()
            });
            let proof = proof.expect("every node is stored");
            let defined = if before == 0 {
                Vec::new()
            } else {
                naive_consistency(before, &leaves[..after], true)
            };
            assert_eq!(proof, defined, "{before} to {after}");
            assert_eq!(
                verify_consistency(&old, &new, &proof),
                Ok(()),
                "{before} to {after}"
            );
            // Another beginning, another end, a hash more or less, another hash: none of them passes.
            let (mut other, mut later) = (old, new);
            other.root.0[0] ^= 1;
            later.root.0[0] ^= 1;
            assert!(verify_consistency(&other, &new, &proof).is_err());
            assert!(before == 0 || verify_consistency(&old, &later, &proof).is_err());
            let longer = [proof.clone(), vec![new.root]].concat();
            assert_eq!(
                verify_consistency(&old, &new, &longer),
                Err(NotConsistent::ProofLength)
            );
            for place in 0..proof.len() {
                let mut wrong = proof.clone();
                wrong[place].0[0] ^= 1;
                assert!(verify_consistency(&old, &new, &wrong).is_err());
            }
            if let Some((_, shorter)) = proof.split_last() {
                assert!(verify_consistency(&old, &new, shorter).is_err());
            }
        }
    }
}

#[test]
fn a_log_that_shrank_or_lost_a_node_has_no_proof() {
    let (leaves, _, stored) = grown(7);
    let head = |size: usize| Head {
        size: u64::try_from(size).expect("small"),
        root: naive(&leaves[..size]),
    };
    assert_eq!(
        verify_consistency(&head(7), &head(6), &[]),
        Err(NotConsistent::Shrunk)
    );
    assert_eq!(
        consistency(7, 6, |level, at| stored.get(&(level, at)).copied()),
        None
    );
    assert_eq!(consistency(3, 7, |_, _| None), None);
}

#[test]
fn the_empty_log_has_the_root_of_the_standard() {
    let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(Frontier::default().root().to_string(), hex);
}

/// The complete subtrees of a log of equal leaves, by level: they are the same at every place.
fn levels() -> Vec<Sha256> {
    let mut levels = vec![leaf(&[7])];
    for _ in 1..64 {
        let below = *levels.last().expect("a leaf");
        levels.push(node(&below, &below));
    }
    levels
}

#[test]
fn the_longest_proofs_are_read_and_no_longer_one() {
    let levels = levels();
    let stored = |level: u8, _: u64| levels.get(usize::from(level)).copied();
    let head = |size: u64| Head {
        size,
        root: Frontier::restore(size, stored).expect("stored").root(),
    };
    let largest = 1_u64 << 63;
    let steps = path(0, largest, stored).expect("stored");
    assert_eq!(steps.len(), 63);
    let root = head(largest).root;
    assert_eq!(verify(&levels[0], 0, &steps, largest, &root), Ok(()));
    let between = |after: u64| {
        let proof = consistency(3, after, stored).expect("stored");
        let said = verify_consistency(&head(3), &head(after), &proof);
        (proof.len(), said)
    };
    assert_eq!(between(largest), (64, Ok(())));
    let longer = (65, Err(NotConsistent::ProofLength));
    assert_eq!(between(u64::MAX), longer);
}
