//! The whole table: every row is put before gpg, gpgv, sqv and us, and printed.
//! The peers must judge as measured, so that a new version of theirs does not change the law unseen.

use std::fmt::Write;

use ktr_artefact::{
    alliance::Alliance,
    openpgp::Certificate,
    seal::{Facts, verify},
    stix::ChainId,
};
use ktr_core::{bundle::Release, id::Sha256};
use sha2::Digest;

use super::{
    bench::{Bench, Row},
    good,
    peers::{Says, judged},
    refused,
};

#[test]
fn what_we_accept_gpg_gpgv_and_sqv_accept_and_what_one_of_them_refuses_we_refuse() {
    let bench = Bench::new();
    let mut wrong = Vec::new();
    let mut table = String::from("\n| gpg | gpgv | sqv | ours | seal |\n|---|---|---|---|---|\n");
    for row in good::rows(&bench).into_iter().chain(refused::rows(&bench)) {
        let found = judged(&row.ring, &row.bundle, &row.seal);
        let verdict = verdict_in(&bench, &row);
        let [gpg, gpgv, sqv] = [found.gpg, found.gpgv, found.sqv].map(Says::word);
        writeln!(
            table,
            "| {gpg} | {gpgv} | {sqv} | {verdict} | {} |",
            row.name
        )
        .unwrap();
        if found != row.peers {
            wrong.push(format!("{}: the peers say {found:?}", row.name));
        }
        let expected: Vec<String> = match row.ours {
            [] => vec![ACCEPTED.to_owned()],
            rules => rules.iter().map(ToString::to_string).collect(),
        };
        if !expected.contains(&verdict) {
            wrong.push(format!("{}: we say {verdict}, not {expected:?}", row.name));
        }
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{wrong:#?}\n{table}");
}

/// Our verdict in words, by the facts of the bench.
pub(super) fn verdict_in(bench: &Bench, row: &Row) -> String {
    let world = &bench.world;
    verdict(&world.release, &world.alliance, &world.chain, row)
}

/// Our verdict in words. The ledger's hash, size and key and the pinned primary are set to what is judged: only the seal shall decide.
pub(super) fn verdict(
    release: &Release,
    alliance: &Alliance,
    chain: &ChainId,
    row: &Row,
) -> String {
    let certificate = match Certificate::from_bytes(&row.ring) {
        Ok(certificate) => certificate,
        Err(finding) => return finding.rule.to_string(),
    };
    let release = Release {
        sha256: Sha256(sha2::Sha256::digest(&row.bundle).into()),
        size: u64::try_from(row.bundle.len()).unwrap(),
        key: row.key.fingerprint,
        ..release.clone()
    };
    let facts = Facts {
        chain,
        alliance,
        pinned: certificate.primary(),
        release: &release,
        key: &row.key,
    };
    match verify(&facts, &row.bundle, &row.seal, &certificate) {
        Ok(_verified) => ACCEPTED.to_owned(),
        Err(finding) => finding.rule.to_string(),
    }
}

/// The word of acceptance.
pub(super) const ACCEPTED: &str = "accepted";
