//! Every bound on bytes, in one place.
//! Bounds that a network may choose are genesis parameters.

use ktr_core::{
    id::{
        Commitment, EncryptionKey, Fingerprint, MemberId, Nonce, ReleaseId, Sha256, SigningKey,
        ValidatorAddress, ValidatorKey, WindowKey, WindowSecret,
    },
    limits::{
        ATTEMPTS_MAX, BUCKET_ENDS, COUNTIES_MAX, RECUSALS_MAX, RELEASE_NOMINATIONS_MAX,
        RESIDUE_CLASSES, RM1_CELLS_MAX, RM1_WINDOWS_MAX, SEATS, TAG_LEN_MAX, TICKET_SUMS,
        VALIDATORS_MAX,
    },
};

/// Octets of one transaction.
pub const TRANSACTION_MAX: usize = 16_384;
/// Octets of one signature packet or key proof.
pub const SIGNATURE_MAX: usize = 1_024;
/// Octets of a chain id (CometBFT's own bound).
pub const CHAIN_ID_MAX: usize = 50;
/// Octets of one `Recorded`: the largest event is a sealed release with 64 nominations.
pub const RECORDED_MAX: usize = 4_096;
/// Commitments or languages in one command: far above what the rules allow, so that the rule itself answers.
pub const LIST_MAX: usize = 256;
/// Appointees in one command: above what the rule allows, as [`LIST_MAX`]; more would not fit into a transaction.
pub const APPOINTEES_MAX: usize = 32;
/// Keys that come with a term: two for the holder and two for the deputy of each seat.
pub const TERM_KEYS_MAX: usize = 12;
/// Keys of one role that a new one ends: as many as may stay beside one another.
pub const ENDED_MAX: usize = ktr_core::limits::ROLE_KEYS_MAX;
/// Keys of one genesis.
pub const GENESIS_KEYS_MAX: usize = 256;
/// Buckets of one session.
pub const BUCKETS_MAX: usize = 5;
/// Testimonies about one county and session: each other county once an attempt.
pub const TESTIMONIES_MAX: usize = 128;
/// Octets of the JSON text of `app_state`.
pub const GENESIS_MAX: usize = 1_048_576;
/// Cells of one publication: the hits or nothing in a plain bucket, up to eight in a window of RM-1.
pub const CELLS_MAX: usize = RM1_CELLS_MAX;
/// Numbers of a homeserver's version.
pub const VERSION_NUMBERS: usize = 3;
/// [`SEATS`] as a length.
#[expect(
    clippy::as_conversions,
    reason = "an octet fits, and `from` is not const"
)]
pub const SEATS_MAX: usize = SEATS as usize;

/// Every field whose size a sender chooses, with the most that decoding lets pass: octets of bytes and text, elements of
/// lists, and with `[]` the octets of one element. A test walks the schema and wants each of them here and kept.
pub const FIELDS: &[(&str, usize)] = &[
    ("board.Appoint.seats", APPOINTEES_MAX),
    ("board.Appointed.keys", TERM_KEYS_MAX),
    ("board.Appointed.seats", SEATS_MAX),
    ("board.Appointee.deputy_encrypt", EncryptionKey::LEN),
    ("board.Appointee.deputy_sign", SigningKey::LEN),
    ("board.Appointee.encrypt", EncryptionKey::LEN),
    ("board.Appointee.sign", SigningKey::LEN),
    ("board.Holder.encrypt", Fingerprint::LEN),
    ("board.Holder.sign", Fingerprint::LEN),
    ("board.Recusal.commitment", Commitment::LEN),
    ("board.Recuse.commitment", Commitment::LEN),
    ("board.RotateKey.key", SigningKey::LEN),
    ("board.RotateKey.proof", SIGNATURE_MAX),
    ("board.SeatKeyRotated.old", Fingerprint::LEN),
    ("board.Term.recusals", RECUSALS_MAX),
    ("board.Term.seats", SEATS_MAX),
    ("bundle.Release.beacon", Sha256::LEN),
    ("bundle.Release.id", ReleaseId::LEN),
    ("bundle.Release.key", Fingerprint::LEN),
    ("bundle.Release.nominations", RELEASE_NOMINATIONS_MAX),
    ("bundle.Release.nominations[]", Commitment::LEN),
    ("bundle.Release.sha256", Sha256::LEN),
    ("bundle.Retract.release", ReleaseId::LEN),
    ("bundle.Seal.beacon", Sha256::LEN),
    ("bundle.Seal.nominations", LIST_MAX),
    ("bundle.Seal.nominations[]", Commitment::LEN),
    ("bundle.Seal.release", ReleaseId::LEN),
    ("bundle.Seal.sha256", Sha256::LEN),
    ("governance.Genesis.keys", GENESIS_KEYS_MAX),
    ("governance.Network.alliance", Sha256::LEN),
    ("governance.Parameters.bucket_ends_secs", BUCKET_ENDS),
    ("governance.Validator.key", ValidatorKey::LEN),
    ("governance.Validators.validators", VALIDATORS_MAX),
    ("ingestion.Ingestion.published", BUCKETS_MAX),
    ("ingestion.Publish.beacon", Sha256::LEN),
    ("ingestion.Publish.cells", CELLS_MAX),
    ("ingestion.Publish.full_commitment", Sha256::LEN),
    ("ingestion.Publish.public_root", Sha256::LEN),
    ("key.Key.body", EncryptionKey::LEN),
    ("key.Role.member", MemberId::LEN),
    ("membership.AddKey.key", EncryptionKey::LEN),
    ("membership.AddKey.member", MemberId::LEN),
    ("membership.AddKey.proof", SIGNATURE_MAX),
    ("membership.Admit.key", SigningKey::LEN),
    ("membership.Admit.member", MemberId::LEN),
    ("membership.Admit.proof", SIGNATURE_MAX),
    ("membership.Admitted.member", MemberId::LEN),
    ("membership.KeyAdded.member", MemberId::LEN),
    ("membership.KeyExpired.fingerprint", Fingerprint::LEN),
    ("membership.KeyExpired.member", MemberId::LEN),
    ("membership.KeyRevoked.fingerprint", Fingerprint::LEN),
    ("membership.KeyRevoked.member", MemberId::LEN),
    ("membership.KeyRotated.member", MemberId::LEN),
    ("membership.KeyRotated.old", Fingerprint::LEN),
    ("membership.Member.id", MemberId::LEN),
    ("membership.Named.member", MemberId::LEN),
    ("membership.RevokeKey.fingerprint", Fingerprint::LEN),
    ("membership.RevokeKey.member", MemberId::LEN),
    ("membership.RotateKey.key", SigningKey::LEN),
    ("membership.RotateKey.member", MemberId::LEN),
    ("membership.RotateKey.old", Fingerprint::LEN),
    ("membership.RotateKey.proof", SIGNATURE_MAX),
    ("membership.Stood.member", MemberId::LEN),
    ("membership.Turned.member", MemberId::LEN),
    ("nomination.Named.commitment", Commitment::LEN),
    ("nomination.Nomination.approvals", SEATS_MAX),
    ("nomination.Submit.commitment", Commitment::LEN),
    ("nomination.Submitted.commitment", Commitment::LEN),
    ("nomination.Submitted.nominator", MemberId::LEN),
    ("nomination.Vote.commitment", Commitment::LEN),
    ("nomination.Voted.commitment", Commitment::LEN),
    ("proposal.Approve.digest", Sha256::LEN),
    ("proposal.Host.studio", SigningKey::LEN),
    ("proposal.Proposal.Act", Sha256::LEN),
    ("proposal.Proposal.Roots", Sha256::LEN),
    ("proposal.Proposal.approvals", COUNTIES_MAX),
    ("proposal.Proposal.declines", COUNTIES_MAX),
    ("proposal.Proposal.digest", Sha256::LEN),
    ("proposal.Propose.Act", Sha256::LEN),
    ("proposal.Propose.Roots", Sha256::LEN),
    ("proposal.RotateKey.key", SigningKey::LEN),
    ("proposal.RotateKey.proof", SIGNATURE_MAX),
    ("proposal.ValidatorSet.validators", VALIDATORS_MAX),
    ("recorded.NoncesSchema.digest", Sha256::LEN),
    ("recorded.Schema.tx_hash", Sha256::LEN),
    ("resolved.Federation.sha256", Sha256::LEN),
    ("resolved.HostSet.ended", ENDED_MAX),
    ("resolved.HostSet.ended[]", Fingerprint::LEN),
    ("resolved.KeyRotated.ended", ENDED_MAX),
    ("resolved.KeyRotated.ended[]", Fingerprint::LEN),
    ("resolved.KeysChanged.ended", ENDED_MAX),
    ("resolved.KeysChanged.ended[]", Fingerprint::LEN),
    ("resolved.Misbehaved.address", ValidatorAddress::LEN),
    ("resolved.Misbehaved.removed", ValidatorKey::LEN),
    ("resolved.Resolved.roots", Sha256::LEN),
    ("resolved.RootsChanged.sha256", Sha256::LEN),
    ("rm1.CommitKeys.gateway", Sha256::LEN),
    ("rm1.CommitKeys.service_key", Sha256::LEN),
    ("rm1.CommitKeys.windows", RM1_WINDOWS_MAX),
    ("rm1.Disclose.key", WindowSecret::LEN),
    ("rm1.Disclose.pk", WindowKey::LEN),
    ("rm1.KeyWindow.pk", WindowKey::LEN),
    ("rm1.PublishQuarter.figures", Sha256::LEN),
    ("rm1.PublishQuarter.page", Sha256::LEN),
    ("rm1.PublishQuarter.program", Sha256::LEN),
    ("rm1.Recount.public_root", Sha256::LEN),
    ("rm1.ReportIssued.beacon", Sha256::LEN),
    ("rm1.ReportIssued.roll_root", Sha256::LEN),
    ("rm1.ReportTickets.families", Sha256::LEN),
    ("rm1.ReportTickets.sums", TICKET_SUMS),
    ("session.CountyReports.dissolved", ATTEMPTS_MAX),
    ("session.CountyReports.witnessed", TESTIMONIES_MAX),
    ("session.FileRoll.roll", Sha256::LEN),
    ("session.Report.receipt", Sha256::LEN),
    ("session.Report.residue", RESIDUE_CLASSES),
    ("session.Report.version", VERSION_NUMBERS),
    ("session.Schedule.languages", LIST_MAX),
    ("session.Schedule.languages[]", TAG_LEN_MAX),
    ("session.Seeded.post", Sha256::LEN),
    ("session.Seeded.room", Sha256::LEN),
    ("session.Session.reports", COUNTIES_MAX),
    ("session.Session.roll", Sha256::LEN),
    ("transaction.Body.chain_id", CHAIN_ID_MAX),
    ("transaction.Body.nonce", Nonce::LEN),
    ("transaction.Outer.body", TRANSACTION_MAX),
    ("transaction.Outer.signature", SIGNATURE_MAX),
];
