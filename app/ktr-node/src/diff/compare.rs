//! From the app hash to its two roots, and down each of them to the first leaf that differs.
//! Equal hashes are never opened, so each step down costs a question to each side.

use ktr_core::id::Sha256;
use ktr_wire::{digest::sha256, recorded::Recorded};

use super::{Source, Undecided};
use crate::{
    limits::NIBBLES_MAX,
    query::{At, Branch},
};

/// What one side says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Side {
    /// The app hash after the height.
    pub app_hash: Vec<u8>,
    /// Events in its log.
    pub log_size: u64,
    /// The first event that differs, by name; `None` if its log ends before.
    pub event: Option<String>,
}

/// How two nodes differ at a height.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The height.
    pub height: u64,
    /// Both sides, in the order of the question.
    pub sides: [Side; 2],
    /// The index of the first event that differs, or that one side has alone.
    pub first_event: Option<u64>,
    /// The key of the first record, by its place in the tree, that differs or that one side has alone.
    pub first_record: Option<Vec<u8>>,
}

impl Difference {
    /// Whether there is none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        let [one, other] = &self.sides;
        one.app_hash == other.app_hash
    }
}

/// Compares two nodes at a height; without one, at the last that both have.
///
/// # Errors
/// [`Undecided`] if one of them does not answer, or makes no sense.
pub fn compare(
    one: &mut Source,
    other: &mut Source,
    height: Option<u64>,
) -> Result<Difference, Undecided> {
    let height = match height {
        Some(height) => height,
        None => one.at(None)?.height.min(other.at(None)?.height),
    };
    let (left, right) = (one.at(Some(height))?, other.at(Some(height))?);
    let mut pair = Pair {
        sources: [one, other],
        path: Vec::new(),
    };
    let mut difference = Difference {
        height,
        sides: [&left, &right].map(side),
        first_event: None,
        first_record: None,
    };
    if left.log_size != right.log_size || left.log_root != right.log_root {
        difference.first_event = pair.first_event(&left, &right)?;
        if difference.first_event.is_none() {
            return Err(pair.contradiction("/log/node"));
        }
    }
    if left.state_root != right.state_root {
        difference.first_record = pair.first_record([&left, &right].map(root))?;
        if difference.first_record.is_none() {
            return Err(pair.contradiction("/tree/node"));
        }
    }
    if let Some(index) = difference.first_event {
        let sources = pair.sources.iter_mut();
        for (side, source) in difference.sides.iter_mut().zip(sources) {
            if index < side.log_size {
                side.event = Some(name_of(&source.event(index)?));
            }
        }
    }
    Ok(difference)
}

fn side(at: &At) -> Side {
    Side {
        app_hash: at.app_hash.clone(),
        log_size: at.log_size,
        event: None,
    }
}

fn name_of(octets: &[u8]) -> String {
    let read = Recorded::decode(octets);
    read.map_or_else(
        |_| "unreadable".to_owned(),
        |recorded| recorded.name().to_owned(),
    )
}

/// One side below a path of the state tree.
#[derive(Clone, PartialEq, Eq)]
enum Below {
    Nothing,
    /// A node that was not opened.
    Node {
        version: u64,
        hash: Vec<u8>,
    },
    /// The only record below it.
    Leaf {
        key: Vec<u8>,
        digest: Sha256,
        hash: Vec<u8>,
    },
    /// What was opened.
    Branch(Branch),
}

fn root(at: &At) -> Below {
    Below::Node {
        version: at.tree_version,
        hash: at.state_root.clone(),
    }
}

impl Below {
    fn hash(&self) -> Option<&[u8]> {
        match self {
            Self::Node { hash, .. } | Self::Leaf { hash, .. } => Some(hash),
            Self::Nothing | Self::Branch(_) => None,
        }
    }

    /// What lies below the next nibble; `depth` nibbles lead here.
    fn child(&self, nibble: u8, depth: usize) -> Self {
        match self {
            Self::Branch(branch) => {
                let mut children = branch.children.iter();
                let child = children.find(|child| child.nibble == u32::from(nibble));
                child.map_or(Self::Nothing, |child| Self::Node {
                    version: child.version,
                    hash: child.hash.clone(),
                })
            }
            Self::Leaf { digest, .. } if nibble_of(digest, depth) == Some(nibble) => self.clone(),
            Self::Nothing | Self::Node { .. } | Self::Leaf { .. } => Self::Nothing,
        }
    }
}

fn nibble_of(digest: &Sha256, depth: usize) -> Option<u8> {
    let octet = digest.0.get(depth >> 1)?;
    Some(if depth & 1 == 0 {
        octet >> 4
    } else {
        octet & 0x0F
    })
}

struct Pair<'a> {
    sources: [&'a mut Source; 2],
    path: Vec<u8>,
}

impl Pair<'_> {
    /// Roots that differ over parts that do not: one of the two contradicts itself, and it cannot be said which.
    fn contradiction(&self, path: &str) -> Undecided {
        let [one, other] = &self.sources;
        Undecided::Malformed {
            name: format!("{} or {}", one.name(), other.name()),
            path: path.to_owned(),
        }
    }

    /// Down the peaks that both logs have, largest first.
    fn first_event(&mut self, left: &At, right: &At) -> Result<Option<u64>, Undecided> {
        let common = left.log_size.min(right.log_size);
        let mut from = 0_u64;
        for level in (0..u64::BITS).rev() {
            let width = 1_u64 << level;
            if common & width == 0 {
                continue;
            }
            let level = u8::try_from(level).unwrap_or(u8::MAX);
            let index = from >> level;
            if self.differs(level, index)? {
                return self.below(level, index).map(Some);
            }
            from = from.saturating_add(width);
        }
        Ok((left.log_size != right.log_size).then_some(common))
    }

    /// Down a subtree that differs: if its left half does not, its right half does.
    fn below(&mut self, level: u8, index: u64) -> Result<u64, Undecided> {
        let (mut level, mut index) = (level, index);
        while let Some(next) = level.checked_sub(1) {
            let left = index << 1;
            index = if self.differs(next, left)? {
                left
            } else {
                left | 1
            };
            level = next;
        }
        Ok(index)
    }

    fn differs(&mut self, level: u8, index: u64) -> Result<bool, Undecided> {
        let [one, other] = &mut self.sources;
        Ok(one.subtree(level, index)? != other.subtree(level, index)?)
    }

    fn first_record(&mut self, sides: [Below; 2]) -> Result<Option<Vec<u8>>, Undecided> {
        let [left, right] = sides;
        if left.hash().is_some() && left.hash() == right.hash() {
            return Ok(None);
        }
        let sides = [self.opened(0, left)?, self.opened(1, right)?];
        match &sides {
            [
                Below::Leaf { key, digest, .. },
                Below::Leaf {
                    key: other,
                    digest: second,
                    ..
                },
            ] => {
                let first = if digest <= second { key } else { other };
                return Ok(Some(first.clone()));
            }
            [Below::Nothing, Below::Leaf { key, .. }]
            | [Below::Leaf { key, .. }, Below::Nothing] => {
                return Ok(Some(key.clone()));
            }
            [Below::Nothing, Below::Nothing] => return Ok(None),
            _ => {}
        }
        for nibble in 0..16 {
            let depth = self.path.len();
            let next = [&sides[0], &sides[1]].map(|side| side.child(nibble, depth));
            self.path.push(nibble);
            let found = self.first_record(next)?;
            self.path.pop();
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Opens a node.
    fn opened(&mut self, place: usize, below: Below) -> Result<Below, Undecided> {
        let Below::Node { version, hash } = below else {
            return Ok(below);
        };
        let Some(source) = self.sources.get_mut(place) else {
            return Ok(Below::Nothing);
        };
        if self.path.len() > NIBBLES_MAX {
            return Err(source.malformed("/tree/node"));
        }
        let branch = source.branch(version, &self.path)?;
        if !branch.children.is_empty() {
            return Ok(Below::Branch(branch));
        }
        Ok(Below::Leaf {
            digest: sha256(&[&branch.key]),
            key: branch.key,
            hash,
        })
    }
}
