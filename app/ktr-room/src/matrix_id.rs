//! The identifiers a homeserver hands out, as types whose debug text never shows them.
//! They are opaque here: nothing parses more of them than a comparison needs.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

/// Declares an opaque text that no log line can show by accident.
macro_rules! opaque {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

opaque!(
    /// The localpart of an account on the county's homeserver, such as `m-<20 hex>`.
    Account
);
opaque!(
    /// A room id, with its `!`.
    RoomId
);
opaque!(
    /// An event id.
    EventId
);
opaque!(
    /// A media id as `mxc://server/media`.
    MediaUri
);
opaque!(
    /// The id of a delayed event: a bearer key, for cancelling needs no token (design: room, section 0).
    DelayId
);
opaque!(
    /// An access token; wiped when dropped.
    Token
);

impl Drop for Token {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Account {
    /// Whether it is another county's probe, which is no member: it is not counted and nothing is posted to it.
    #[must_use]
    pub fn is_probe(&self) -> bool {
        self.0.starts_with(crate::name::PROBE)
    }
}

impl RoomId {
    /// The id without its `!`, as it may stand in a URL or a log of the homeserver.
    #[must_use]
    pub fn bare(&self) -> &str {
        self.0.strip_prefix('!').unwrap_or(&self.0)
    }
}

impl MediaUri {
    /// Server name and media id of `mxc://server/media`; `None` for any other text.
    #[must_use]
    pub fn parts(&self) -> Option<(&str, &str)> {
        let (server, media) = self.0.strip_prefix("mxc://")?.split_once('/')?;
        (!server.is_empty() && !media.is_empty() && !media.contains('/')).then_some((server, media))
    }
}
