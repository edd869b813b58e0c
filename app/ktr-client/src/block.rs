//! A block as an engine tells it, as far as an export needs it: its header, its transactions, and whom its evidence names.
//! The library's own type cannot read a block with evidence of an attack on light clients: it looks for other names of its fields than the
//! engine writes (tendermint-proto 0.41). Whether a block is that of its header is for `export.rs`.

use base64::{DecodeError, Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use tendermint::{
    account,
    block::{Header, Height},
};
use tendermint_rpc::{Method, Request, Response, SimpleRequest, request::RequestMessage};

use crate::export::Caught;

/// The question for a block.
#[derive(Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) height: Height,
}

impl RequestMessage for Asked {
    fn method(&self) -> Method {
        Method::Block
    }
}

impl Request for Asked {
    type Response = Answer;
}

impl SimpleRequest for Asked {
    type Output = Answer;
}

/// The answer to it.
#[derive(Deserialize)]
pub(crate) struct Answer {
    pub(crate) block: Block,
}

impl Response for Answer {}

/// A block.
#[derive(Deserialize)]
pub(crate) struct Block {
    pub(crate) header: Header,
    data: Body,
    evidence: List,
}

#[derive(Deserialize)]
struct Body {
    /// The engine writes `null` for none.
    txs: Option<Vec<Tx>>,
}

/// A transaction, base64 in the answer.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Tx(Vec<u8>);

impl TryFrom<String> for Tx {
    type Error = DecodeError;

    fn try_from(text: String) -> Result<Self, DecodeError> {
        STANDARD.decode(text).map(Self)
    }
}

#[derive(Deserialize)]
struct List {
    evidence: Option<Vec<Piece>>,
}

/// Evidence, as far as it names somebody.
#[derive(Deserialize)]
#[serde(tag = "type", content = "value")]
enum Piece {
    /// Two votes of one validator.
    #[serde(rename = "tendermint/DuplicateVoteEvidence")]
    Votes { vote_a: Vote },
    /// A header that the chain does not have; who signed it, if the engine can tell.
    #[serde(rename = "tendermint/LightClientAttackEvidence")]
    Attack {
        #[serde(rename = "ByzantineValidators")]
        liars: Option<Vec<Liar>>,
        #[serde(rename = "CommonHeight")]
        common: Height,
    },
}

#[derive(Deserialize)]
struct Vote {
    validator_address: account::Id,
    height: Height,
}

#[derive(Deserialize)]
struct Liar {
    address: account::Id,
}

impl Block {
    /// Its transactions, in their order.
    pub(crate) fn txs(&self) -> impl Iterator<Item = &[u8]> {
        let txs = self.data.txs.iter().flatten();
        txs.map(|Tx(octets)| octets.as_slice())
    }

    pub(crate) fn has_evidence(&self) -> bool {
        self.pieces().next().is_some()
    }

    /// Whom its evidence names, as the engine tells the application.
    pub(crate) fn caught(&self) -> Vec<Caught> {
        self.pieces().flat_map(Piece::caught).collect()
    }

    fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.evidence.evidence.iter().flatten()
    }
}

impl Piece {
    fn caught(&self) -> Vec<Caught> {
        let one = |address: account::Id, height: Height| Caught {
            address: address.to_string().to_lowercase(),
            height: height.value(),
        };
        match self {
            Self::Votes { vote_a } => vec![one(vote_a.validator_address, vote_a.height)],
            Self::Attack { liars, common } => {
                let liars = liars.iter().flatten();
                liars.map(|liar| one(liar.address, *common)).collect()
            }
        }
    }
}
