-- Those tables of a homeserver that the sweep and the scanner know by name, with the columns that they use.
PRAGMA journal_mode = WAL;
CREATE TABLE delayed_events (delay_id TEXT, user_localpart TEXT, delay INT, send_ts INT, room_id TEXT,
    event_type TEXT, origin_server_ts INT, content BLOB, is_processed INT);
CREATE TABLE current_state_delta_stream (room_id TEXT, state_key TEXT);
CREATE TABLE room_tags_revisions (room_id TEXT);
CREATE TABLE timeline_gaps (room_id TEXT);
CREATE TABLE event_reports (room_id TEXT);
CREATE TABLE scheduled_tasks (resource_id TEXT, status TEXT);
CREATE TABLE event_expiry (event_id TEXT);
CREATE TABLE access_tokens (token TEXT, puppets_user_id TEXT, device_id TEXT, valid_until_ms BIGINT);
CREATE TABLE room_alias_servers (room_alias TEXT);
CREATE TABLE account_data (account_data_type TEXT, content TEXT);
CREATE TABLE user_ips (access_token TEXT);
CREATE TABLE rooms (room_id TEXT);
CREATE TABLE events (event_id TEXT);
CREATE TABLE users (name TEXT);
CREATE TABLE user_directory (user_id TEXT, room_id TEXT);
