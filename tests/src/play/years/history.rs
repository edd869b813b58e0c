//! The last act of the years: every event is proven, two nodes are compared, and the newest version executes the whole history again.
//! The first version executes it, too, up to the height at which it ended, and says so.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::process::Command;

use serde_json::json;

use super::{
    super::{Failure, Figures, audit},
    alliance::Alliance,
};

/// Audits the chain of all years.
pub(crate) fn play(alliance: &Alliance) -> Result<Figures, Failure> {
    let stage = &alliance.stage;
    let mut figures = audit::judge(stage, alliance.node_of(alliance.version))?;
    let blocks = stage.out.join("audit/blocks.jsonl");
    let first = Command::new(stage.program("ktr-node"));
    let ended = audit::replay(first, &stage.net.join("genesis.json"), &blocks);
    match ended {
        Err(why) if why.to_string().contains("was the last of this version") => {}
        Err(why) => return Err(why),
        Ok(_) => return Err(Failure::new("version 1 executed what came after its end")),
    }
    let ports = stage.ports()?;
    for other in ports.iter().skip(1) {
        let [one, other] = [ports[0], *other].map(|port| format!("127.0.0.1:{port}"));
        stage.peer(
            &stage.program("ktr-node").display().to_string(),
            &["diff", &one, &other],
        )?;
    }
    figures.insert("versions".to_owned(), json!(alliance.version));
    figures.insert("nodes that differ".to_owned(), json!(0));
    Ok(figures)
}
