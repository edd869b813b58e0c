//! The real homeserver keeps the contract that the one in memory is held to in its own tests.
//! The cases are the same file, whichever database it has.

#[path = "../contract/cases.rs"]
#[expect(
    clippy::cognitive_complexity,
    reason = "a case is a list of assertions"
)]
mod cases;
#[path = "../contract/ground.rs"]
mod ground;

use crate::support as poll;
use crate::support::Synapse;
use ground::Ground;

async fn keeps_the_contract(synapse: &Synapse) {
    let secret = std::fs::read(synapse.data().join("registration.secret")).expect("secret");
    let token = synapse.folder.path().join("bot.json");
    let ground = Ground::new(synapse.base(), secret, token).await;
    cases::all(&ground).await;
}

#[tokio::test]
async fn the_real_homeserver_keeps_the_contract() {
    keeps_the_contract(&Synapse::boot().await).await;
}

#[tokio::test]
async fn the_real_homeserver_with_its_database_in_a_cluster_keeps_the_contract() {
    keeps_the_contract(&Synapse::boot_on_postgres().await).await;
}
