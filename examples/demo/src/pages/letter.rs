//! An unfinished letter, in its own cookie, which may be compressed.

use axum::extract::Form;
use axum::response::Redirect;
use iron_session::Session;
use maud::html;
use serde::Deserialize;

use crate::page::{Frame, Page};
use crate::session::{AppSession, Draft, MAX_LETTER_BYTES, Notice};

pub(crate) async fn show(frame: Frame, mut session: Session<AppSession>, draft: Session<Draft>) -> Page {
    let content = html! {
        p.lead { "We print and post your letter. Until you order, it is stored in a cookie." }
        form.stack method="post" action="/letter" {
            textarea name="text" rows="14" aria-label="Your letter" data-testid="letter" {
                // A browser ignores a line break at the very start.
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
    Form(form): Form<Letter>,
) -> Redirect {
    // Forms send two characters for a line break.
    let text = form.text.replace("\r\n", "\n");
    session.set_notice(if text.is_empty() {
        draft.clear();
        Notice::success("The letter is deleted.")
    } else if draft.try_set_text(text).is_ok() {
        Notice::success("The letter is saved. The panel shows how much space it needs.")
    } else {
        Notice::problem(format!(
            "A letter can have at most {MAX_LETTER_BYTES} bytes. This one is longer and was not saved."
        ))
    });
    Redirect::to("/letter")
}
