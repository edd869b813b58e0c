//! A password file as PostgreSQL's own library reads it: `host:port:database:user:password`, a line each, `*` for any.
//! The homeserver is given its path and reads it by itself; no password stands in a configuration.

use zeroize::Zeroizing;

/// The password of the first line that is for this place.
pub(super) fn find(text: &str, place: [&str; 4]) -> Option<Zeroizing<String>> {
    text.lines().find_map(|line| {
        let fields = split(line);
        let [host, port, database, user, password] = fields.as_slice() else {
            return None;
        };
        let mut asked = [host, port, database, user].into_iter().zip(place);
        let fits = |(field, wanted): (&Zeroizing<String>, &str)| {
            field.as_str() == "*" || field.as_str() == wanted
        };
        asked.all(fits).then(|| password.clone())
    })
}

/// The fields of a line; a backslash takes the meaning from the colon or backslash behind it.
fn split(line: &str) -> Vec<Zeroizing<String>> {
    let mut fields = Vec::new();
    let mut field = Zeroizing::new(String::new());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => field.extend(letters.next()),
            ':' => fields.push(std::mem::take(&mut field)),
            _ => field.push(letter),
        }
    }
    fields.push(field);
    fields
}
