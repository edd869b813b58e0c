//! Act 8, a county falls: engine, node and sidecar of county b die by -9 and come back; commits go on meanwhile.
//! The chain tolerates any one site.

use serde_json::{Value, json};

use super::{
    Failure, Figures,
    blow::kill_site,
    ground,
    stage::{Stage, number},
};

/// Kills, goes on, brings back, and waits until all four are level.
pub(crate) fn play(stage: &mut Stage) -> Result<Figures, Failure> {
    kill_site(stage, "b")?;
    stage.company.kill("room-b")?;
    let mut heights = Vec::new();
    for n in 0..3 {
        heights.push(number(&commit(stage, n)?, "height")?);
    }
    stage.ktr(&["localnet", "up"])?;
    stage.company.revive(&stage.out.join("logs"), "room-b")?;
    let gap = heights
        .last()
        .zip(heights.first())
        .map_or(0, |(last, first)| last.saturating_sub(*first));
    let (level, _) = ground::all_level(stage)?;
    let mut figures = Figures::new();
    figures.insert("commits without b".to_owned(), json!(heights.len()));
    figures.insert("heights they spanned".to_owned(), json!(gap));
    figures.insert("level at".to_owned(), json!(level));
    Ok(figures)
}

/// A command that everybody may see: a member adds a signing key.
fn commit(stage: &Stage, n: usize) -> Result<Value, Failure> {
    let member = stage
        .members
        .get(n)
        .ok_or_else(|| Failure::new("act 2 has not been played"))?;
    let key = stage
        .keys
        .join(format!("spare-{n}.asc"))
        .display()
        .to_string();
    stage.ktr(&["keys", "new", "--role-text", "spare", "--out", &key])?;
    let [flag, signer] = &member.signer;
    let words = [
        "member",
        "add-key",
        "--member",
        &member.id,
        "--purpose",
        "sign",
    ];
    stage.ktr(&[words.as_slice(), &["--cert", &key, flag, signer]].concat())
}
