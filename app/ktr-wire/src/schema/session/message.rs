//! The messages of sessions, field by field.
//! Their passage to and from the core stands beside them in `command` and `record`.

/// Command 181 and event 181.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Schedule {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    #[prost(uint64, tag = "2")]
    pub(crate) seeds_at: u64,
    #[prost(uint64, tag = "3")]
    pub(crate) opens_at: u64,
    #[prost(uint64, tag = "4")]
    pub(crate) dissolves_at: u64,
    /// BCP 47 tags of at most 12 octets, rising.
    #[prost(string, repeated, tag = "5")]
    pub(crate) languages: Vec<String>,
}

/// Command 182, and without `revision` event 182.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Reschedule {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    /// The session's changes before, plus one; 0 in the event.
    #[prost(uint32, tag = "2")]
    pub(crate) revision: u32,
    #[prost(uint64, tag = "3")]
    pub(crate) seeds_at: u64,
    #[prost(uint64, tag = "4")]
    pub(crate) opens_at: u64,
    #[prost(uint64, tag = "5")]
    pub(crate) dissolves_at: u64,
}

/// Command 183, and without `revision` event 183.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct FileRoll {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    /// The session's changes before, plus one; 0 in the event.
    #[prost(uint32, tag = "2")]
    pub(crate) revision: u32,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) roll: Vec<u8>,
}

/// Commands 184 and 185 and event 192: a session and nothing else.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Named {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
}

/// Events 184 and 185.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Timed {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    #[prost(uint64, tag = "2")]
    pub(crate) at: u64,
}

/// Command 186, and with `at` event 186.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Close {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    #[prost(uint64, optional, tag = "2")]
    pub(crate) attendance: Option<u64>,
    /// 0 in the command.
    #[prost(uint64, tag = "3")]
    pub(crate) at: u64,
}

/// Command 187 and event 187.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Seeded {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) county: u32,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) room: Vec<u8>,
    #[prost(bytes = "vec", tag = "4")]
    pub(crate) post: Vec<u8>,
}

/// Command 188 and event 188.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Joined {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) county: u32,
    #[prost(uint64, optional, tag = "3")]
    pub(crate) count: Option<u64>,
}

/// Command 189 and event 189.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Dissolved {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) county: u32,
    #[prost(message, optional, tag = "3")]
    pub(crate) report: Option<Report>,
}

/// One report of destruction.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Report {
    #[prost(uint32, tag = "1")]
    pub(crate) attempt: u32,
    /// 1 time, 2 early, 3 overdue, 4 dead man, 5 operator.
    #[prost(uint32, tag = "2")]
    pub(crate) cause: u32,
    #[prost(uint64, tag = "3")]
    pub(crate) started_at: u64,
    #[prost(uint64, tag = "4")]
    pub(crate) emptied_at: u64,
    #[prost(uint64, tag = "5")]
    pub(crate) purged_at: u64,
    #[prost(uint64, tag = "6")]
    pub(crate) scanned_at: u64,
    #[prost(uint64, optional, tag = "7")]
    pub(crate) kicked: Option<u64>,
    #[prost(uint64, tag = "8")]
    pub(crate) posts: u64,
    #[prost(uint64, tag = "9")]
    pub(crate) media_deleted: u64,
    #[prost(uint64, optional, tag = "10")]
    pub(crate) cancelled: Option<u64>,
    #[prost(uint64, tag = "11")]
    pub(crate) strays: u64,
    /// Exactly 8: live, db, wal, media, log, spool, pass, pending.
    #[prost(uint64, repeated, tag = "12")]
    pub(crate) residue: Vec<u64>,
    #[prost(uint32, tag = "13")]
    pub(crate) flags: u32,
    /// 1 Synapse.
    #[prost(uint32, tag = "14")]
    pub(crate) engine: u32,
    /// Exactly 3 numbers.
    #[prost(uint32, repeated, tag = "15")]
    pub(crate) version: Vec<u32>,
    #[prost(bytes = "vec", tag = "16")]
    pub(crate) receipt: Vec<u8>,
}

/// Command 190, and with `by` event 190.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Witness {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    /// Whose room.
    #[prost(uint32, tag = "2")]
    pub(crate) county: u32,
    #[prost(uint32, tag = "3")]
    pub(crate) attempt: u32,
    /// 1 gone, 2 standing.
    #[prost(uint32, tag = "4")]
    pub(crate) testimony: u32,
    /// Who looked; 0 in the command, whose sender it is.
    #[prost(uint32, tag = "5")]
    pub(crate) by: u32,
}

/// Event 191.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Confirmed {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) county: u32,
    #[prost(uint32, tag = "3")]
    pub(crate) attempt: u32,
}

/// Events 193 and 194.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct OfCounty {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) county: u32,
}

/// What one county has reported, inside the session's record.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct CountyReports {
    #[prost(uint32, tag = "1")]
    pub(crate) county: u32,
    #[prost(message, optional, tag = "2")]
    pub(crate) seeded: Option<Seeded>,
    #[prost(message, optional, tag = "3")]
    pub(crate) joined: Option<Joined>,
    /// By attempt.
    #[prost(message, repeated, tag = "4")]
    pub(crate) dissolved: Vec<Report>,
    #[prost(bool, tag = "5")]
    pub(crate) overdue: bool,
    /// By rising attempt and witness.
    #[prost(message, repeated, tag = "6")]
    pub(crate) witnessed: Vec<Witnessed>,
    #[prost(bool, tag = "7")]
    pub(crate) unwitnessed: bool,
    /// At most the last attempt.
    #[prost(uint32, tag = "8")]
    pub(crate) superseded: u32,
}

/// What one other county found, inside the session's record.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Witnessed {
    #[prost(uint32, tag = "1")]
    pub(crate) attempt: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) by: u32,
    /// 1 gone, 2 standing.
    #[prost(uint32, tag = "3")]
    pub(crate) testimony: u32,
}

/// The value of a session's record.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Session {
    #[prost(message, optional, tag = "1")]
    pub(crate) scheduled: Option<Schedule>,
    /// 1 scheduled, 2 opened, 3 closed, 4 cancelled.
    #[prost(uint32, tag = "2")]
    pub(crate) status: u32,
    /// Unix seconds, or 0.
    #[prost(uint64, tag = "3")]
    pub(crate) opened_at: u64,
    /// Unix seconds, or 0.
    #[prost(uint64, tag = "4")]
    pub(crate) closed_at: u64,
    #[prost(uint64, optional, tag = "5")]
    pub(crate) attendance: Option<u64>,
    #[prost(bool, tag = "6")]
    pub(crate) ended: bool,
    /// By rising county.
    #[prost(message, repeated, tag = "7")]
    pub(crate) reports: Vec<CountyReports>,
    /// How often it was rescheduled and its roll filed.
    #[prost(uint32, tag = "8")]
    pub(crate) revision: u32,
    /// 32 octets, or none while no roll is filed.
    #[prost(bytes = "vec", tag = "9")]
    pub(crate) roll: Vec<u8>,
    /// Unix seconds, or 0.
    #[prost(uint64, tag = "10")]
    pub(crate) cancelled_at: u64,
}
