//! Act 2, members: nine organisations, three per county; keys made by `ktr`, by `GnuPG` and by `sq`.
//! Their records are read back with proof.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::{fs, os::unix::fs::PermissionsExt, thread};

use serde_json::json;

use super::{
    Failure, Figures, rooms,
    stage::{Member, Stage, joined, text},
};

const MEMBERS: u8 = 9;
const BY_GNUPG: u8 = 8;
const BY_SQ: u8 = 9;

/// A key that asks to be admitted: its certificate, and how it signs.
struct Candidate {
    certificate: String,
    signer: [String; 2],
}

/// Makes the keys, admits their owners, and proves that they stand on the chain.
pub(crate) fn play(stage: &mut Stage) -> Result<Figures, Failure> {
    let by_gnupg = by_gnupg(stage)?;
    let by_sq = by_sq(stage)?;
    let mut candidates = vec![(BY_GNUPG, by_gnupg), (BY_SQ, by_sq)];
    for n in (1..=MEMBERS).filter(|n| ![BY_GNUPG, BY_SQ].contains(n)) {
        candidates.push((n, by_ktr(stage, n)?));
    }
    candidates.sort_by_key(|(n, _)| *n);
    stage.members = admit_all(stage, &candidates)?;
    let mut proven = 0_u64;
    for member in &stage.members {
        let record = stage.ktr(&["query", "member", &member.id, "--prove"])?;
        if record["present"] != json!(true) {
            return Err(Failure::new(format!(
                "member {} is not on the chain",
                member.id
            )));
        }
        let file = stage
            .out
            .join("audit")
            .join(format!("member-{}.json", member.id));
        fs::write(file, format!("{record:#}\n"))?;
        proven = proven.saturating_add(1);
    }
    rooms::count(stage)?;
    rooms::join(stage)?;
    let mut figures = Figures::new();
    figures.insert("members".to_owned(), json!(stage.members.len()));
    figures.insert("proven".to_owned(), json!(proven));
    figures.insert("keys".to_owned(), json!("7 ktr, 1 gpg, 1 sq"));
    Ok(figures)
}

/// Makes keys for these members and has them admitted.
pub(crate) fn admitted(stage: &Stage, numbers: &[u8]) -> Result<Vec<Member>, Failure> {
    let candidates = numbers.iter().map(|n| Ok((*n, by_ktr(stage, *n)?)));
    let candidates: Vec<_> = candidates.collect::<Result<_, Failure>>()?;
    admit_all(stage, &candidates)
}

/// All at once, each by its home county.
fn admit_all(stage: &Stage, candidates: &[(u8, Candidate)]) -> Result<Vec<Member>, Failure> {
    thread::scope(|scope| {
        let admissions: Vec<_> = candidates
            .iter()
            .map(|(n, candidate)| scope.spawn(move || admit(stage, *n, candidate)))
            .collect();
        admissions.into_iter().map(joined).collect()
    })
}

/// Each county has three members.
fn county_of(n: u8) -> u8 {
    n.div_ceil(3)
}

fn admit(stage: &Stage, n: u8, candidate: &Candidate) -> Result<Member, Failure> {
    let county = county_of(n);
    // Random ids are what the product draws; the play's are counted so that its files can be told apart.
    let id = format!("{n:032x}");
    let [flag, key] = &candidate.signer;
    let proof = stage.ktr(&["keys", "proof", "--member", &id, flag, key])?;
    let home = county.to_string();
    let county_key = stage.role_key(&format!("county-{county}"));
    let words = [
        "member",
        "admit",
        "--home-county",
        &home,
        "--member",
        &id,
        "--cert",
        &candidate.certificate,
        "--proof",
        text(&proof, "proof")?,
        "--key",
        &county_key,
    ];
    stage.ktr(&words)?;
    Ok(Member {
        id,
        county,
        signer: candidate.signer.clone(),
    })
}

fn by_ktr(stage: &Stage, n: u8) -> Result<Candidate, Failure> {
    let key = stage
        .keys
        .join(format!("member-{n}.asc"))
        .display()
        .to_string();
    stage.ktr(&[
        "keys",
        "new",
        "--role-text",
        &format!("member {n}"),
        "--out",
        &key,
    ])?;
    Ok(Candidate {
        certificate: format!("{key}.pub"),
        signer: ["--key".to_owned(), key],
    })
}

fn by_gnupg(stage: &Stage) -> Result<Candidate, Failure> {
    let home = stage.gnupg();
    fs::create_dir_all(&home)?;
    fs::set_permissions(&home, fs::Permissions::from_mode(0o700))?;
    let user = "member 8";
    let make = [
        "--batch",
        "--passphrase",
        "",
        "--quick-generate-key",
        user,
        "ed25519",
        "sign",
        "1y",
    ];
    stage.peer("gpg", &make)?;
    let listed = stage.peer("gpg", &["--batch", "--with-colons", "--list-keys", user])?;
    let listed = String::from_utf8_lossy(&listed);
    let fingerprint = listed
        .lines()
        .find_map(|line| {
            line.strip_prefix("fpr:")
                .map(|rest| rest.trim_matches(':').to_owned())
        })
        .ok_or_else(|| Failure::new("gpg lists no fingerprint"))?;
    let certificate = stage.keys.join("member-8.pub").display().to_string();
    fs::write(
        &certificate,
        stage.peer("gpg", &["--batch", "--export", &fingerprint])?,
    )?;
    Ok(Candidate {
        certificate,
        signer: ["--gpg".to_owned(), fingerprint],
    })
}

fn by_sq(stage: &Stage) -> Result<Candidate, Failure> {
    let key = stage.keys.join("member-9.sq").display().to_string();
    stage.peer(
        "sq",
        &["key", "generate", "--userid", "member 9", "--export", &key],
    )?;
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600))?;
    let certificate = stage.keys.join("member-9.pub").display().to_string();
    let words = ["key", "extract-cert", "--output", &certificate, &key];
    stage.peer("sq", &words)?;
    Ok(Candidate {
        certificate,
        signer: ["--sq".to_owned(), key],
    })
}
