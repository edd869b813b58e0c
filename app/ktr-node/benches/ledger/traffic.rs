//! Who sends what: a thousand members who nominate and withdraw, so that every second transaction ends what the one before began.
//! Each is signed with its sender's own key, in a packet as long as one of `sq`; nothing is random.

use ktr_core::{
    Command, Genesis,
    id::{Commitment, CountyId, MemberId, Nonce},
    membership::{self, Proof},
    nomination::{self, Severity},
    time::{Secs, Time},
};
use ktr_testkit::{Actor, Cast};
use ktr_wire::{digest::sha256, transaction::Draft};

pub(crate) const MEMBERS: u64 = 1_000;
/// Transactions of one block, where the block is ours to make.
pub(crate) const BLOCK_TXS: u64 = 1_000;
/// For how long a transaction of a block that is ours to make stays good: the nonces of that time are remembered.
const BLOCK_LIFE: Secs = Secs(60);

/// A chain's members and what they send.
pub(crate) struct Traffic {
    pub(crate) chain_id: &'static str,
    pub(crate) cast: Cast,
    genesis: Genesis,
    members: Vec<(MemberId, Actor)>,
    life: Secs,
}

impl Traffic {
    pub(crate) fn new(chain_id: &'static str, start: Time) -> Self {
        let cast = Cast::new(start);
        let mut genesis = cast.genesis();
        genesis.parameters.signer_txs_max = u32::MAX;
        let member = |n: u64| {
            let mut id = [0; 16];
            id[..8].copy_from_slice(&(n + 1).to_be_bytes());
            let key = Actor::named(&format!("member-{n}"), start);
            (MemberId(id), key.signing_like_sq())
        };
        Self {
            chain_id,
            members: (0..MEMBERS).map(member).collect(),
            cast,
            genesis,
            life: BLOCK_LIFE,
        }
    }

    /// The same, whose transactions stay good for `life`.
    pub(crate) fn living(self, life: Secs) -> Self {
        Self { life, ..self }
    }

    pub(crate) fn genesis(&self) -> Genesis {
        self.genesis.clone()
    }

    /// County 1 admits every member.
    pub(crate) fn admissions(&self, at: Time) -> Vec<Vec<u8>> {
        let admission = |(n, (member, key)): (u64, &(MemberId, Actor))| {
            let command = membership::Command::Admit {
                member: *member,
                home: CountyId(1),
                key: key.body,
                fingerprint: key.fingerprint,
                valid_from: self.cast.start,
                valid_until: at.plus(Secs(180 * 86_400)),
                proof: Proof::Holds,
            };
            let proof = key.prove(self.chain_id, member, at);
            let command = Command::Membership(command);
            self.sign(&self.cast.counties[0], at, (n, command, proof))
        };
        (0..).zip(&self.members).map(admission).collect()
    }

    /// The `n`th nomination.
    pub(crate) fn submit(&self, n: u64, at: Time) -> Vec<u8> {
        let parameters = &self.genesis.parameters;
        let command = nomination::Command::Submit {
            commitment: commitment(n),
            severity: Severity::High,
            matrix_version: parameters.matrix_version,
            decide_by: at.plus(parameters.decide_min_secs).plus(self.life),
        };
        self.by_member(n, 2 * n, at, command)
    }

    /// Its end.
    pub(crate) fn withdraw(&self, n: u64, at: Time) -> Vec<u8> {
        let commitment = commitment(n);
        self.by_member(
            n,
            2 * n + 1,
            at,
            nomination::Command::Withdraw { commitment },
        )
    }

    /// The transactions of a block, beginning with the `first` of all.
    pub(crate) fn block(&self, first: u64, at: Time) -> Vec<Vec<u8>> {
        let pair = first / 2;
        (pair..pair + BLOCK_TXS / 2)
            .flat_map(|n| [self.submit(n, at), self.withdraw(n, at)])
            .collect()
    }

    fn by_member(&self, n: u64, nonce: u64, at: Time, command: nomination::Command) -> Vec<u8> {
        let place = usize::try_from(n % MEMBERS).unwrap();
        let command = Command::Nomination(command);
        self.sign(&self.members[place].1, at, (nonce, command, Vec::new()))
    }

    /// Signs a nonce, a command, and what a new key signed.
    fn sign(&self, sender: &Actor, at: Time, what: (u64, Command, Vec<u8>)) -> Vec<u8> {
        let (nonce, command, key_proof) = what;
        let mut octets = [0; 16];
        octets[..8].copy_from_slice(&nonce.to_be_bytes());
        let draft = Draft {
            chain_id: self.chain_id.to_owned(),
            nonce: Nonce(octets),
            expires_at: at.plus(self.life),
            command,
            proposal: None,
            key_proof,
        };
        sender.sign(&draft, at)
    }
}

fn commitment(n: u64) -> Commitment {
    Commitment(sha256(&[b"nomination", &n.to_be_bytes()]).0)
}
