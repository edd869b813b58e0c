//! A page of the book, as somebody reads it who types what it shows.
//! What comes of a command is for the sentences of a test.

/// What stands below a heading of a page, up to the next one of its kind.
#[must_use]
pub fn below<'a>(page: &'a str, heading: &str) -> &'a str {
    let parts = page.split_once(&format!("\n## {heading}\n"));
    let (_, below) = parts.expect("the page has the heading");
    below.split("\n## ").next().expect("there is a first part")
}

/// The commands that a part of a page shows, each on a line of its own.
#[must_use]
pub fn commands(part: &str) -> Vec<String> {
    let shown: String = part.split("```").skip(1).step_by(2).collect();
    let shown = shown.replace("\\\n", "").replace("&&\n", "&& ");
    let lines = shown.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{below, commands};

    const PAGE: &str = "# P\n\n## One\n\n```\na \\\n  b\nc &&\n  d\n\n```\n\nwords\n\n```\ne\n```\n\n## Two\n\n```\nf\n```\n";

    #[test]
    fn a_page_shows_the_commands_of_a_heading_and_no_others() {
        assert_eq!(commands(below(PAGE, "One")), ["a   b", "c &&   d", "e"]);
        assert_eq!(commands(below(PAGE, "Two")), ["f"]);
    }
}
