//! Act 8, a county falls: engine, node and sidecar of county b die by -9 and come back; commits go on meanwhile.
//! The chain tolerates any one site, also for a whole month: then that county's site dies in act 1 and comes back before the audit.

use std::str::FromStr;

use serde_json::{Value, json};

use super::{
    Failure, Figures,
    blow::kill_site,
    ground,
    stage::{Stage, number},
};

/// A county whose site is down for the whole month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Absent(&'static str);

/// Whose site may be down so long: the play itself asks the engine of county a.
const MAY_BE_ABSENT: [&str; 2] = ["b", "c"];

impl FromStr for Absent {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let found = MAY_BE_ABSENT.into_iter().find(|letter| *letter == text);
        found
            .map(Self)
            .ok_or_else(|| Failure::new(format!("a county is one of {}", MAY_BE_ABSENT.join(", "))))
    }
}

impl Absent {
    /// Its engine and node die by -9; nobody starts them again before [`Self::returns`].
    pub(crate) fn falls(self, stage: &Stage, figures: &mut Figures) -> Result<(), Failure> {
        kill_site(stage, self.0)?;
        figures.insert("down from now on".to_owned(), json!(self.0));
        Ok(())
    }

    /// Act 8 of such a month: no other site may fall as well.
    pub(crate) fn play(self, stage: &Stage) -> Result<Figures, Failure> {
        let mut figures = Figures::new();
        let down = format!("commits without {}", self.0);
        figures.insert(down, json!(commits(stage)?.len()));
        Ok(figures)
    }

    /// Its site is started again and has to catch up with a month.
    pub(crate) fn returns(self, stage: &mut Stage, figures: &mut Figures) -> Result<(), Failure> {
        stage.ktr(&["localnet", "up"])?;
        let (level, _) = ground::all_level(stage)?;
        figures.insert(format!("{} level again at", self.0), json!(level));
        Ok(())
    }
}

/// Kills, goes on, brings back, and waits until all four are level.
pub(crate) fn play(stage: &mut Stage) -> Result<Figures, Failure> {
    kill_site(stage, "b")?;
    stage.company.kill("room-b")?;
    let heights = commits(stage)?;
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

/// Three commits; gives their heights.
fn commits(stage: &Stage) -> Result<Vec<u64>, Failure> {
    (0..3)
        .map(|n| number(&commit(stage, n)?, "height"))
        .collect()
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
