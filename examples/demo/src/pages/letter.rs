//! A letter that waits to be finished, in a cookie of its own that may be compressed.

use axum::response::Redirect;
use iron_session::Session;
use maud::html;
use serde::Deserialize;

use crate::csrf::{Token, Verified};
use crate::page::{Frame, Page};
use crate::session::{AppSession, Draft, MAX_LETTER_BYTES, Notice};

pub(crate) async fn show(
    frame: Frame,
    token: Token,
    mut session: Session<AppSession>,
    draft: Session<Draft>,
) -> Page {
    let content = html! {
        p.lead { "We print it and post it. Until you order, it waits in a cookie." }
        form.stack method="post" action="/letter" {
            (token)
            textarea name="text" rows="14" aria-label="Your letter" data-testid="letter" {
                // A browser takes a line break at the very beginning for none.
                "\n" (draft.text().unwrap_or_default())
            }
            div { button data-testid="keep" { "Keep it" } }
        }
    };
    frame.page("Letter", session.take_notice().as_ref(), &content)
}

#[derive(Deserialize)]
pub(crate) struct Letter {
    text: String,
}

pub(crate) async fn keep(
    mut session: Session<AppSession>,
    mut draft: Session<Draft>,
    Verified { form, .. }: Verified<Letter>,
) -> Redirect {
    // Forms send two characters for a line break.
    let text = form.text.replace("\r\n", "\n");
    session.set_notice(if text.is_empty() {
        draft.clear();
        Notice::success("The letter is gone.")
    } else if draft.try_set_text(text).is_ok() {
        Notice::success("Kept: the panel shows what it takes.")
    } else {
        Notice::problem(format!(
            "A letter has at most {MAX_LETTER_BYTES} bytes. This one is longer, and was not kept."
        ))
    });
    Redirect::to("/letter")
}
