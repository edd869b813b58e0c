//! The rule that says no, over all subjects.
//! Numbers are consensus and never reused; names and pages explain them.

use core::fmt;

use crate::{board, bundle, governance, ingestion, membership, nomination, session};

/// A violated rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rejection {
    /// Codespace `ktr.membership`, 1000 to 1099.
    Membership(membership::Rejection),
    /// Codespace `ktr.board`, 1100 to 1199.
    Board(board::Rejection),
    /// Codespace `ktr.nomination`, 1200 to 1299.
    Nomination(nomination::Rejection),
    /// Codespace `ktr.bundle`, 1300 to 1399.
    Bundle(bundle::Rejection),
    /// Codespace `ktr.session`, 1400 to 1499.
    Session(session::Rejection),
    /// Codespace `ktr.ingestion`, 1500 to 1599.
    Ingestion(ingestion::Rejection),
    /// Codespace `ktr.governance`, 1600 to 1699.
    Governance(governance::Rejection),
}

impl Rejection {
    /// Every rule of every subject, by rising number: what names or explains all of them starts here and forgets no subject.
    pub fn every() -> impl Iterator<Item = Self> {
        let membership = membership::Rejection::ALL.iter().copied();
        let board = board::Rejection::ALL.iter().copied();
        let nomination = nomination::Rejection::ALL.iter().copied();
        let bundle = bundle::Rejection::ALL.iter().copied();
        let session = session::Rejection::ALL.iter().copied();
        let ingestion = ingestion::Rejection::ALL.iter().copied();
        let governance = governance::Rejection::ALL.iter().copied();
        membership
            .map(Self::Membership)
            .chain(board.map(Self::Board))
            .chain(nomination.map(Self::Nomination))
            .chain(bundle.map(Self::Bundle))
            .chain(session.map(Self::Session))
            .chain(ingestion.map(Self::Ingestion))
            .chain(governance.map(Self::Governance))
    }

    /// The stable number.
    #[must_use]
    pub const fn code(self) -> u32 {
        match self {
            Self::Membership(rule) => rule.code(),
            Self::Board(rule) => rule.code(),
            Self::Nomination(rule) => rule.code(),
            Self::Bundle(rule) => rule.code(),
            Self::Session(rule) => rule.code(),
            Self::Ingestion(rule) => rule.code(),
            Self::Governance(rule) => rule.code(),
        }
    }

    /// The name of the rule, such as `SeatRequired`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Membership(rule) => rule.name(),
            Self::Board(rule) => rule.name(),
            Self::Nomination(rule) => rule.name(),
            Self::Bundle(rule) => rule.name(),
            Self::Session(rule) => rule.name(),
            Self::Ingestion(rule) => rule.name(),
            Self::Governance(rule) => rule.name(),
        }
    }

    /// What the rule says, in one line.
    #[must_use]
    pub const fn explain(self) -> &'static str {
        match self {
            Self::Membership(rule) => rule.explain(),
            Self::Board(rule) => rule.explain(),
            Self::Nomination(rule) => rule.explain(),
            Self::Bundle(rule) => rule.explain(),
            Self::Session(rule) => rule.explain(),
            Self::Ingestion(rule) => rule.explain(),
            Self::Governance(rule) => rule.explain(),
        }
    }

    /// Who meets the rule.
    #[must_use]
    pub const fn met_by(self) -> &'static str {
        match self {
            Self::Membership(rule) => rule.met_by(),
            Self::Board(rule) => rule.met_by(),
            Self::Nomination(rule) => rule.met_by(),
            Self::Bundle(rule) => rule.met_by(),
            Self::Session(rule) => rule.met_by(),
            Self::Ingestion(rule) => rule.met_by(),
            Self::Governance(rule) => rule.met_by(),
        }
    }

    /// What is to be done next.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Membership(rule) => rule.remedy(),
            Self::Board(rule) => rule.remedy(),
            Self::Nomination(rule) => rule.remedy(),
            Self::Bundle(rule) => rule.remedy(),
            Self::Session(rule) => rule.remedy(),
            Self::Ingestion(rule) => rule.remedy(),
            Self::Governance(rule) => rule.remedy(),
        }
    }

    /// The ABCI codespace.
    #[must_use]
    pub const fn codespace(self) -> &'static str {
        match self {
            Self::Membership(_) => "ktr.membership",
            Self::Board(_) => "ktr.board",
            Self::Nomination(_) => "ktr.nomination",
            Self::Bundle(_) => "ktr.bundle",
            Self::Session(_) => "ktr.session",
            Self::Ingestion(_) => "ktr.ingestion",
            Self::Governance(_) => "ktr.governance",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code(), self.name())
    }
}

/// Declares a subject's rules with their numbers, names and one-line explanations; after a colon who meets the rule, and after an
/// arrow what to do next. A test is red where those two are left out.
macro_rules! rejections {
    ($(#[doc = $doc:literal] $name:ident = $code:literal $(: $met_by:literal => $remedy:literal)?,)+) => {
        /// The rules of this subject that can say no. Numbers are consensus and never reused.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Rejection {
            $(#[doc = $doc] $name,)+
        }

        impl Rejection {
            /// Every rule, in the order of the numbers.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable number.
            #[must_use]
            pub const fn code(self) -> u32 {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// The name of the rule.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)+
                }
            }

            /// What the rule says, in one line: its documentation.
            #[must_use]
            pub const fn explain(self) -> &'static str {
                match self {
                    $(Self::$name => $doc.trim_ascii(),)+
                }
            }

            /// Who meets the rule, as a part of a sentence.
            #[must_use]
            pub const fn met_by(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($met_by)?),)+
                }
            }

            /// What is to be done next, as sentences.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($remedy)?),)+
                }
            }
        }
    };
}
pub(crate) use rejections;
