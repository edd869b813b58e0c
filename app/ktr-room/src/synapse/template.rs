//! `homeserver.yaml` and `log.yaml` as the design prints them (room, section 2.2), with four blanks to fill.
//! What a blank may hold is checked in `install.rs`.

/// `homeserver.yaml`; `@SERVER@`, `@PORT@`, `@DATABASE@` and `@DIR@` are filled in.
pub(super) const HOMESERVER: &str = r#"server_name: "@SERVER@"
report_stats: false
listeners:                                # loopback only; TLS and the path list belong to the terminator
  - {port: @PORT@, type: http, tls: false, x_forwarded: false, bind_addresses: ['127.0.0.1'], resources: [{names: [client], compress: false}]}
federation_domain_whitelist: []           # closes federation; there is no federation listener either
database: @DATABASE@
log_config: @DIR@/log.yaml
media_store_path: @DIR@/media_store
signing_key_path: @DIR@/signing.key
registration_shared_secret_path: @DIR@/registration.secret   # these three: mode 0600, made by `ktr-room init`
macaroon_secret_key_path: @DIR@/macaroon.secret
form_secret_path: @DIR@/form.secret
trusted_key_servers: []
presence: {enabled: false}
push: {enabled: false}
user_directory: {enabled: false}
password_config: {enabled: false}         # no passwords at all; registration and guests are off by default
enable_set_displayname: false             # renaming cancels an armed kick; the state-event way is closed by the terminator
max_upload_size: 20M
max_pending_media_uploads: 100            # default 5: five crashes between create and PUT block uploads for 24 h (429)
max_event_delay_duration: 24h             # switches delayed events (MSC4140) on
experimental_features: {msc4140_max_delayed_events_per_user: 2000}   # default 100 is under 218
enable_ephemeral_messages: true           # `org.matrix.self_destruct_after`
forget_rooms_on_leave: true
forgotten_room_retention_period: 1s
user_ips_max_age: 1h                      # default 28d
media_retention: {local_media_lifetime: 60m, remote_media_lifetime: 60m}   # counted from the last access, checked hourly
caches: {sync_response_cache_duration: 0s}                   # default 2m keeps /sync answers in memory
rc_message: &fast {per_second: 1000, burst_count: 1000}      # default 0.2/s, burst 10
rc_room_creation: *fast                                      # default one a minute after 10: strays are destroyed and made again
rc_joins_per_room: *fast                                     # default 1/s, burst 10: 218 joins would take 3.5 minutes
rc_delayed_event_mgmt: *fast                                 # default 1/s, burst 5
rc_joins: {local: *fast, remote: *fast}
rc_invites: {per_room: *fast, per_user: *fast, per_issuer: *fast}   # default per room 0.3/s, burst 10
"#;

/// The database in the data folder.
pub(super) const SQLITE: &str = "{name: sqlite3, args: {database: @DIR@/homeserver.db}}";

/// `log.yaml`: level ERROR, because WARNING can name every attendee.
pub(super) const LOG: &str = r"version: 1
handlers:
  f: {class: logging.FileHandler, filename: @DIR@/homeserver.log}
root: {level: ERROR, handlers: [f]}
disable_existing_loggers: false
";
