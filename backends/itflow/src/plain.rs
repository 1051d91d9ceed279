//! Plain text as ITFlow takes it: it removes tags and the space around, and refuses what is too long.

use portico_contract::{Error, Result};

/// What ITFlow would keep of a text, so that nothing is lost without a word.
pub(crate) fn text(text: &str, most: usize) -> Result<String> {
    let kept = text.trim();
    if opens_tag(kept) {
        return Err(Error::invalid(
            "ITFlow takes no `<` before a letter or sign here. Put a space behind it, or leave it out.",
        ));
    }
    if kept.contains('\0') {
        return Err(Error::invalid("This text has a sign in it that cannot be stored. Leave it out."));
    }
    if kept.chars().count() > most {
        return Err(Error::invalid(format!("This text is too long: at most {most} characters.")));
    }
    Ok(kept.to_owned())
}

fn opens_tag(text: &str) -> bool {
    text.split('<').skip(1).any(|after| !after.starts_with(char::is_whitespace))
}
