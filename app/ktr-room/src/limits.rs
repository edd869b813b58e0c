//! Every limit of this crate in one place, with its reason.
//! Times that an operator may shorten are in `timing.rs`, not here.

use std::time::Duration;

/// Largest ciphertext that is uploaded; Synapse resets the connection above `max_upload_size` (design: room, section 4).
pub const UPLOAD_MAX: usize = 20 * 1024 * 1024;

/// Largest file that is read from the inbox.
pub const INBOX_FILE_MAX: u64 = 20 * 1024 * 1024;

/// Most files of the inbox ending in `.pgp` that one pass looks at.
pub const INBOX_FILES_MAX: usize = 64;

/// Most posts of a session: post 0 and the batches of late joiners.
pub const POSTS_MAX: u32 = 100;

/// Most keys that one post is encrypted to: no more fit into an envelope, and no agent opens one with more.
pub const POST_KEYS_MAX: usize = ktr_artefact::limits::RECIPIENTS_MAX;

/// Clock skew against the chain above which nothing is seeded.
pub const SKEW_MS_MAX: u64 = 5_000;

/// And above which somebody should look at the clock (design: assurance, section 6.4).
pub const SKEW_MS_WEAK: u64 = 2_000;

/// An armed net may lie this far from where it should be before it is armed again.
pub const ARMED_SLACK_MS: u64 = 6_000;

/// How often a net must have been tried for an account in the room before that one is put out for want of it.
pub const ARM_TRIES: u32 = 3;

/// And for how long it must have been without one: `status` calls that red (design: room, section 14).
pub const UNARMED_SECS: u64 = 15;

/// Most accounts that are put out in a session: so many may fail by themselves, and more are the homeserver's fault.
pub const PUT_OUT_MAX: usize = 5;

/// Joins end so long after the sidecar last said that it lives (design: room, section 10).
pub const LEASE_SECS: u64 = 30;

/// Smallest `max_delay_ms` that the homeserver must announce.
pub const DELAY_MS_MIN: u64 = 7_200_000;

/// The longest wait, of all its repetitions together, that 429 may ask of one request; more is an alarm (86,399,683 ms was seen).
pub const RETRY_AFTER_MS_MAX: u64 = 60_000;

/// How often one request is repeated after a 429 before the pass is given up.
pub const RETRIES_MAX: u32 = 20;

/// Client-side time limit of `createRoom`: 218 invitations took 25 s on a loaded machine.
pub const CREATE_SECS: u64 = 120;

/// Client-side time limit of every other request.
pub const REQUEST_SECS: u64 = 30;

/// Shortest and longest pause after a failed pass.
pub const BACK_OFF_MS: (u64, u64) = (250, 5_000);

/// How long a signed report may wait for its block.
pub const REPORT_EXPIRES_SECS: u64 = 600;

/// How long a pass waits for a report's block; the next pass sends the same bytes again.
pub const REPORT_WAIT_SECS: u64 = 4;

/// An outlook older than this is silence.
pub const OUTLOOK_SECS: u64 = 15;

/// A proven state whose block is older than this, by the local clock, shows what it holds and nothing by what it lacks: its node may be
/// catching up. An idle chain's newest block is up to two minutes old.
pub const CURRENT_MS_MAX: u64 = 180_000;

/// Most heights between two looks from which a clock skew is taken: more is a node that catches up.
pub const HEIGHTS_MAX: u64 = 32;

/// Counts of members below this are withheld while the genesis is not known (design: decisions).
pub const COUNT_MIN: u32 = 5;

/// A probe's pass is good until this long after T; its questions end before.
pub const PROBE_PASS_SECS: u64 = 900;

/// How long before T a door is asked, as a control.
pub const PROBE_BEFORE_SECS: u64 = 120;

/// A room that answers this long after T stands.
pub const PROBE_LAST_SECS: u64 = 600;

/// Longest wait for the answer to one question at another county's door.
pub const PROBE_WAIT_SECS: u64 = 10;

/// How many other counties confirm the end of a room; `doctor` misses whoever asks at fewer doors.
pub const WITNESSES_MIN: usize = 2;

/// How long after T what was found at another county's door waits for that county's report. The chain calls it unwitnessed after a day, and
/// confirms it all the same: a county that was down comes back the next day, or after a weekend.
pub const WITNESS_SECS: u64 = 3 * 86_400;

/// How long after the end of its passes a probe's tokens are kept at most, while the chain says nothing.
pub const FORGET_SECS: u64 = 3_600;

/// Most attempts of a dissolution report.
pub const ATTEMPTS_MAX: u8 = 8;

/// Longest wait for the nets' rows and for the purge of a room.
pub const PURGE_SECS: u64 = 120;

/// Longest time that one step of a room's end takes in a pass, all its requests together, as do the look before it and a stray's destruction;
/// longer than the purge alone may take. What is given up goes on in the next pass.
pub const STEP_SECS: u64 = 150;

/// So long after a room's end began its purge comes before everything else, whatever that is: ten times what a quiet machine needs, and five
/// minutes before the homeserver of one session is killed if the end is reported by then (design: room, sections 8, 12 and 2.3). A purge that
/// resists, or a chain that is silent, keeps that homeserver: its unit ends it three hours after its start.
pub const PURGE_BY_SECS: u64 = 600;

/// A step of a room's end that resists holds the next ones back for the grace and so long after the end began, and no longer.
/// So long after the last scan the report waits for another room to go.
pub const RESIST_SECS: u64 = 30;

/// A room of the session's alias that still lacks its rules so long after its creation was half made when its homeserver died. Nobody was
/// invited into it, and it is made anew. A request to make a room is answered within seconds.
pub const UNMADE_SECS: u64 = 60;

/// What only an operator can mend rings when it has lasted longer than this: databases and files are busy or late for seconds.
pub const STUCK_SECS: u64 = 60;

/// What was met longer ago than this, and not since, is another event; no pass takes longer.
pub const STUCK_GAP_SECS: u64 = 600;

/// A file of the inbox that belongs to no release goes when it has lain there so long: the chain may be behind the desk by seconds.
pub const UNCLAIMED_MS: u64 = 600_000;

/// How long the unit of one session lives at most: `RuntimeMaxSec=` of `node-config/ktr-room-session.service`.
pub const UNIT_SECS: u64 = 10_800;

/// A unit that has to be started again for a session that opens within this time says so aloud: the timer may have had its turn.
pub const EARLY_MS: u64 = 86_400_000;

/// What of that is left for a removal that begins late.
pub const UNIT_SPARE_SECS: u64 = 300;

/// Longest wait for a homeserver to answer `/health` after its start.
pub const BOOT_SECS: u64 = 120;

/// How long a homeserver may take to end after SIGTERM; 0.24 s was the longest seen.
pub const STOP_SECS: u64 = 5;

/// And after SIGKILL: the kernel may have to write for it.
pub const KILL_SECS: u64 = 2;

/// How long a sweep or a scan that is under way may go on when the program ends. It is cut off as by a crash then, and done again by the next start.
pub const SHUTDOWN: Duration = Duration::from_secs(2);

/// So long after T the homeserver's log is cut once more where its timers of a room that went before T could not be ended by a restart.
pub const TIMERS_MS: u64 = 60_000;

/// Synapse versions whose private tables were swept clean (design: room, section 2).
pub const SWEEP_KNOWN: [&str; 1] = ["1.163.2"];

/// Major versions of PostgreSQL that were swept clean.
pub const POSTGRES_KNOWN: [i32; 1] = [15];

/// Most pages of a hundred rooms that one look reads: nobody but the bot makes rooms, and strays go as they are found.
pub const ROOM_PAGES_MAX: u32 = 100;

/// Longest answer that is read from the homeserver.
pub const ANSWER_MAX: usize = 32 * 1024 * 1024;

/// Most connections of `[listen]` at a time: a thousand members that wait and download; whoever is next waits.
pub const LISTEN_CONNECTIONS_MAX: usize = 2_048;

/// Largest first line and headers of a request that is read.
pub const LISTEN_HEAD_MAX: usize = 16 * 1024;

/// Most headers of a request.
pub const LISTEN_HEADERS_MAX: usize = 64;

/// Largest body of a request: an agent sends `{}`.
pub const LISTEN_BODY_MAX: usize = 4 * 1024;

/// Longest wait for a handshake, for a request's headers, and for its body; a connection without a request ends then, too.
pub const LISTEN_READ: Duration = Duration::from_secs(10);

/// Longest wait for an answer to begin: a sync waits up to 30 s.
pub const LISTEN_ANSWER: Duration = Duration::from_secs(90);

/// Longest life of a connection, whatever it does: who does not read what was asked for would else hold its place for ever. Agents come again.
pub const LISTEN_LIFE: Duration = Duration::from_mins(10);

/// Pause after a connection that could not be accepted, for example without free file descriptors.
pub const LISTEN_PAUSE: Duration = Duration::from_millis(100);

/// How long a program that ends itself right after waits for the command of `on_alarm`: it could not call anybody afterwards.
pub const ALARM_WAIT: Duration = Duration::from_mins(1);

/// How long `doctor` waits for the first proven answer of the chain.
pub const DOCTOR_ANSWER: Duration = Duration::from_secs(15);

/// How long `doctor` waits for the two blocks from which a skew is taken: one comes each minute while nothing happens, and both must come
/// while it looks, so two minutes pass at most, and some seconds until the second is proven.
pub const DOCTOR_BLOCKS: Duration = Duration::from_secs(135);

/// How often `doctor` asks the chain meanwhile.
pub const DOCTOR_LOOK: Duration = Duration::from_millis(100);
