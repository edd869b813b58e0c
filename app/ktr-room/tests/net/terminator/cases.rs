//! What passes the terminator and what does not: one list, by which every terminator is judged.
//! A path is sent as it stands here, octet by octet.

/// A room's id as room version 12 makes it, and an event's: 43 characters behind the sigil.
const ID: &str = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE";

/// The name of a pass.
pub(super) const PASS: &str = "0123456789abcdef0123456789abcdef";

/// Requests that are passed on, `ID` and `PASS` filled in.
pub(super) fn forwarded() -> Vec<(&'static str, String)> {
    filled(&[
        ("GET", "/_matrix/client/versions"),
        ("GET", "/_matrix/client/v3/sync"),
        ("GET", "/_matrix/client/v3/sync?timeout=0&filter=%7B%7D"),
        (
            "GET",
            "/_matrix/client/v3/rooms/%21ID/messages?dir=b&limit=100",
        ),
        ("GET", "/_matrix/client/v3/rooms/!ID/messages"),
        ("GET", "/_matrix/client/v1/media/download/county-a.test/ID"),
        (
            "GET",
            "/_matrix/client/v1/media/download/county-a.test%3A8448/ID",
        ),
        ("POST", "/_matrix/client/v3/join/%23ktr-4%3Acounty-a.test"),
        ("POST", "/_matrix/client/v3/join/%23ktr-4:county-a.test"),
        ("POST", "/_matrix/client/v3/rooms/%21ID/leave"),
        ("GET", "/pass/4/PASS"),
        (
            "GET",
            "/_matrix/client/v3/directory/room/%23ktr-4%3Acounty-a.test",
        ),
        ("GET", "/_matrix/client/v3/rooms/%21ID/state/m.room.create"),
        ("GET", "/_matrix/client/v3/rooms/%21ID/state/m.room.create/"),
        ("GET", "/_matrix/client/v3/rooms/%21ID/event/%24ID"),
    ])
}

/// Requests that lead nowhere: 404, or 400 for what is no path at all.
pub(super) fn refused() -> Vec<(&'static str, String)> {
    let kinds = [OTHER_DOORS, TRACES, OTHER_METHODS, WAYS_AROUND];
    kinds.into_iter().flat_map(filled).collect()
}

/// Other doors of the homeserver; of a delayed event the id is a key.
const OTHER_DOORS: &[(&str, &str)] = &[
    ("GET", "/"),
    ("GET", "/health"),
    ("GET", "/_synapse/admin/v1/rooms"),
    ("DELETE", "/_synapse/admin/v2/rooms/%21ID"),
    ("GET", "/_matrix/client/v3/account/whoami"),
    ("GET", "/_matrix/client/v3/login"),
    ("POST", "/_matrix/client/v3/createRoom"),
    ("GET", "/_matrix/client/v3/rooms/%21ID/members"),
    ("GET", "/_matrix/client/v3/rooms/%21ID/state"),
    (
        "GET",
        "/_matrix/client/v3/rooms/%21ID/state/m.room.member/%40m-1",
    ),
    ("POST", "/_matrix/client/v3/rooms/%21ID/join"),
    ("POST", "/_matrix/client/v3/join/%21ID"),
    ("POST", "/_matrix/client/v3/join/%23other%3Acounty-a.test"),
    (
        "GET",
        "/_matrix/client/unstable/org.matrix.msc4140/delayed_events",
    ),
    (
        "POST",
        "/_matrix/client/unstable/org.matrix.msc4140/delayed_events/syd_x/cancel",
    ),
];

/// What would leave something behind.
const TRACES: &[(&str, &str)] = &[
    (
        "PUT",
        "/_matrix/client/v3/rooms/%21ID/send/m.room.message/1",
    ),
    (
        "PUT",
        "/_matrix/client/v3/rooms/%21ID/state/m.room.member/%40m-1",
    ),
    ("POST", "/_matrix/client/v3/rooms/%21ID/report/%24ID"),
    (
        "POST",
        "/_matrix/client/v3/rooms/%21ID/receipt/m.read/%24ID",
    ),
    ("PUT", "/_matrix/client/v3/user/%40m-1/account_data/x"),
    ("PUT", "/_matrix/client/v3/profile/%40m-1/displayname"),
    ("POST", "/_matrix/media/v1/create"),
    ("POST", "/_matrix/media/v3/upload"),
    ("GET", "/_matrix/media/v3/download/county-a.test/ID"),
    ("GET", "/_matrix/client/v1/media/thumbnail/county-a.test/ID"),
];

/// Another method on a path that is listed.
const OTHER_METHODS: &[(&str, &str)] = &[
    ("POST", "/_matrix/client/versions"),
    ("PUT", "/_matrix/client/v3/sync"),
    (
        "DELETE",
        "/_matrix/client/v3/directory/room/%23ktr-4%3Acounty-a.test",
    ),
    ("GET", "/_matrix/client/v3/join/%23ktr-4%3Acounty-a.test"),
    ("GET", "/_matrix/client/v3/rooms/%21ID/leave"),
    ("PUT", "/_matrix/client/v3/rooms/%21ID/state/m.room.create"),
    ("POST", "/pass/4/PASS"),
];

/// Ways around the list.
const WAYS_AROUND: &[(&str, &str)] = &[
    ("GET", "/_synapse/admin/..%2f..%2f_matrix/client/versions"),
    (
        "GET",
        "/_synapse/admin/v1/rooms/..%2f..%2f..%2f..%2f_matrix%2fclient%2fversions",
    ),
    (
        "GET",
        "/_matrix/client/v3/rooms/..%2f..%2f..%2f..%2f_synapse%2fadmin%2fv1%2frooms/messages",
    ),
    (
        "GET",
        "/_matrix/client/v1/media/download/..%2f..%2f..%2f..%2f..%2fhealth/ID",
    ),
    (
        "GET",
        "/_matrix/client/v1/media/download/county-a.test/..%2F..%2F..%2Fx",
    ),
    ("GET", "/_matrix/client/v1/media/download/../.."),
    ("GET", "/_matrix/client/../../_synapse/admin/v1/rooms"),
    ("GET", "/_matrix/client/%2e%2e/%2e%2e/health"),
    ("GET", "/../health"),
    ("GET", "//_matrix/client/versions"),
    ("GET", "/_matrix//client/versions"),
    ("GET", "/_matrix/client/versions/"),
    ("GET", "/_matrix/client/versionsx"),
    ("GET", "/_matrix/client/versions;x"),
    ("GET", "/_matrix/client/versions?x"),
    ("GET", "/_matrix/client/versions%00"),
    ("GET", "/_matrix/client/versions%0a"),
    ("GET", "/_matrix/client/version%73"),
    ("GET", "/_matrix/client/v3/sync/..;/account/whoami"),
    ("GET", "/_MATRIX/client/versions"),
    ("GET", "/pass/4/"),
    ("GET", "/pass/4/0123"),
    ("GET", "/pass/4/0123456789ABCDEF0123456789ABCDEF"),
    ("GET", "/pass/12345678901/PASS"),
    ("GET", "/pass/4/PASS/"),
    ("GET", "/pass/4/PASS?x"),
    ("GET", "/pass/../state/bot.json"),
    ("GET", "/pass/4/..%2f..%2fstate%2fbot.json"),
];

fn filled(cases: &[(&'static str, &'static str)]) -> Vec<(&'static str, String)> {
    let fill = |path: &str| path.replace("PASS", PASS).replace("ID", ID);
    cases
        .iter()
        .map(|(method, path)| (*method, fill(path)))
        .collect()
}
