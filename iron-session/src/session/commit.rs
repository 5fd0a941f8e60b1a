//! Decides how a response changes the session's cookies.

use std::fmt;

use super::encode::{self, Misfit};
use super::plaintext::Plaintext;
#[cfg(feature = "server-state")]
use super::record::{RecordChange, Stored, Storing};
use super::report::Report;
use super::request::RequestSession;
use super::response::ResponseHeader;
use super::state::{Content, State};
use super::verdict::{self, Verdict, Wanted, saves_changes};
use crate::codec::{IronSession, Written};
use crate::cookie::{Carrier, cookie_header_bytes, joined_value};
use crate::error::{Action, Conflict, Place, SaveError, SealError};
use crate::options::{OnSaveError, SessionOptions};
use crate::seal::{Sealer, Ttl};
#[cfg(feature = "server-state")]
use crate::server_state::Confirmation;

/// Lists the headers and changes that the response to a request needs.
#[derive(Default)]
#[non_exhaustive]
#[must_use]
pub struct Commit {
    /// The values of the `Set-Cookie` headers. [`headers`](Self::headers) returns all headers
    /// to append.
    pub set_cookies: Vec<String>,
    /// The header of a session that [is not in a cookie](crate::SessionOptionsBuilder::header), if it has
    /// changed. [`headers`](Self::headers) returns it as well.
    pub header: Option<ResponseHeader>,
    /// Whether the session was used, so that the response depends on the header that it is in.
    pub varies: bool,
    /// Whether a 500 without details must replace the response.
    pub replace_response: bool,
    /// Where the session travels.
    pub(super) carrier: Carrier,
    /// The options of a session that sets cookies, to report a response that is too long.
    pub(super) options: Option<SessionOptions>,
    /// The revocation of the session that the request has ended.
    #[cfg(feature = "server-state")]
    pub(super) revocation: Option<Confirmation>,
    /// The rest of the work on the session's record.
    #[cfg(feature = "server-state")]
    pub(super) storing: Option<Storing>,
}

/// Shows the lengths of the lines, not the seal.
impl fmt::Debug for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lens: Vec<_> = self.set_cookies.iter().map(String::len).collect();
        f.debug_struct("Commit")
            .field("set_cookies_bytes", &lens)
            .field("header", &self.header)
            .field("varies", &self.varies)
            .field("replace_response", &self.replace_response)
            .finish_non_exhaustive()
    }
}

impl Commit {
    /// Makes the response wait for the revocation of the session that the request has ended.
    #[cfg_attr(
        not(feature = "server-state"),
        expect(unused_variables, clippy::unused_self, reason = "there is none")
    )]
    fn take_revocation<T>(&mut self, state: &mut State<T>) {
        #[cfg(feature = "server-state")]
        {
            self.revocation = state.revocation.take();
        }
    }

    /// Returns whether the response can be sent now. Otherwise [`finish`](Self::finish) has something
    /// to wait for.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        #[cfg(feature = "server-state")]
        if self.revocation.is_some() || self.storing.is_some() {
            return false;
        }
        true
    }

    /// Waits for what the response must wait for:
    ///
    /// - The session's record is written, before the cookie that refers to it. If that fails, the
    ///   response is replaced by a 500.
    /// - The store of the server state confirms that the session is revoked which the request has
    ///   ended, but for no longer than 250 ms. If the store has not confirmed it by then, this is logged,
    ///   and is tried again in the background.
    ///
    /// Without the feature `server-state` there is nothing to wait for.
    #[cfg_attr(
        not(feature = "server-state"),
        expect(clippy::unused_async, reason = "adapters need not know the feature")
    )]
    #[cfg_attr(not(feature = "server-state"), expect(unused_mut, reason = "there is nothing to take out"))]
    pub async fn finish(mut self) -> Self {
        #[cfg(feature = "server-state")]
        if let Some(storing) = self.storing.take() {
            let Stored { set_cookies, replace_response } = storing.await;
            self.set_cookies.extend(set_cookies);
            self.replace_response |= replace_response;
            self.carry();
            self.report();
        }
        #[cfg(feature = "server-state")]
        if let Some(revocation) = self.revocation.take() {
            // Whoever ends a session expires or replaces its cookie, so there are options.
            if let Some(options) = &self.options {
                super::revocation::confirm(revocation, options).await;
            }
        }
        self
    }

    /// Moves the seal from the lines for cookies into the session's own header, if it has one.
    fn carry(&mut self) {
        if let (Some(name), false) = (self.carrier.response_header(), self.set_cookies.is_empty()) {
            let value = joined_value(&std::mem::take(&mut self.set_cookies)).into();
            self.header = Some(ResponseHeader { name, value, is_sensitive: true });
        }
    }

    /// Reports cookies that somebody may refuse.
    fn report(&self) {
        if let (Some(options), false) = (&self.options, self.set_cookies.is_empty()) {
            options.report_insecure_cookie();
            options.report_header(cookie_header_bytes(&self.set_cookies));
        }
    }
}

impl<T: IronSession> RequestSession<T> {
    /// Decides how a response with this status changes the cookies. It waits for an `update`
    /// that runs on another thread. Later changes to the session are lost, and this is
    /// logged.
    ///
    /// A 5xx or a 408 commits only a `destroy()` and changes that `save()` accepted. Other
    /// changes are lost, and this is logged.
    #[track_caller]
    pub fn commit(&self, status: u16) -> Commit {
        self.commit_sealing_with(status, Sealer::seal_bytes)
    }

    /// Commits and returns `true` if the session was never used. The response then needs no
    /// headers, whatever its status. An adapter calls it if it would have to create the
    /// response first, for example from an error.
    pub fn commit_unused(&self) -> bool {
        let mut state = self.shared.state();
        let is_unused = !state.is_open() && !state.destroyed && state.conflict.is_none();
        state.committed |= is_unused;
        is_unused
    }

    #[track_caller]
    pub(crate) fn commit_sealing_with(
        &self,
        status: u16,
        seal: impl FnMut(&Sealer, &[u8], Ttl) -> Result<String, SealError>,
    ) -> Commit {
        let mut commit = self.decide(status, seal, Place::caller());
        if !commit.set_cookies.is_empty() || !commit.is_finished() {
            commit.options = Some(self.shared.options.clone());
            commit.carry();
            commit.report();
        }
        commit
    }

    fn decide(
        &self,
        status: u16,
        mut seal: impl FnMut(&Sealer, &[u8], Ttl) -> Result<String, SealError>,
        at: Place,
    ) -> Commit {
        let options = &self.shared.options;
        let mut state =
            self.shared.lock(Action::Committed, at).unwrap_or_else(|_recorded| self.shared.state());
        if std::mem::replace(&mut state.committed, true) {
            return Commit::default();
        }
        if let Some(writer) = &state.writer {
            let conflict = Conflict::StillWriting { writer: writer.at };
            state.record(conflict);
        }
        let carrier = options.carrier();
        let varies = state.is_open() || state.destroyed;
        let mut commit = Commit { varies, carrier, ..Commit::default() };
        if let Some(conflict) = state.conflict.clone() {
            state.reports.push(Report::Conflict(conflict));
            commit.replace_response = true;
        }
        if state.destroyed {
            commit.set_cookies = options.layout::<T>().destroy();
            commit.take_revocation(&mut state);
            #[cfg(feature = "server-state")]
            {
                commit.storing = RecordChange::destroy(&state).map(|change| self.store(change));
            }
        }
        if state.destroyed || commit.replace_response || !state.is_open() {
            return commit;
        }

        let content = if saves_changes(status) {
            state.content(options)
        } else {
            if verdict::has_unsaved_changes(options, &mut state) {
                state.reports.push(Report::ChangesDropped(status));
            }
            match state.saved.clone() {
                Some(saved) => saved,
                None => return commit,
            }
        };
        let (error, wanted) = match self.lines(&mut state, &content, &mut seal) {
            Ok(lines) => {
                commit.set_cookies = lines;
                commit.take_revocation(&mut state);
                #[cfg(feature = "server-state")]
                {
                    commit.storing = state.record_change.take().map(|change| self.store(change));
                }
                return commit;
            }
            Err(failed) => failed,
        };
        // A 500 also writes the changes that `save` accepted.
        if let (Wanted::Change, Some(saved)) = (wanted, state.saved.clone()) {
            commit.set_cookies = self.lines(&mut state, &saved, &mut seal).unwrap_or_default();
            commit.take_revocation(&mut state);
            #[cfg(feature = "server-state")]
            {
                commit.storing = state.record_change.take().map(|change| self.store(change));
            }
        }
        // The hook may read the session.
        drop(state);
        let decision = options.report_save_error(&error);
        // A failed refresh loses no change, so the response can be sent as it is.
        commit.replace_response = wanted == Wanted::Change && decision == OnSaveError::ReplaceResponse;
        commit
    }

    /// Judges a content and renders the verdict as `Set-Cookie` lines.
    fn lines(
        &self,
        state: &mut State<T>,
        content: &Content<T>,
        seal: &mut impl FnMut(&Sealer, &[u8], Ttl) -> Result<String, SealError>,
    ) -> Result<Vec<String>, (SaveError, Wanted)> {
        let options = &self.shared.options;
        #[cfg(feature = "server-state")]
        let content = &state.restart_for_other_subject(content.clone(), options);
        let verdict = verdict::judge(options, state, content, self.shared.by_script);
        let verdict = verdict.map_err(|error| (error.into(), Wanted::Change))?;
        #[cfg(feature = "server-state")]
        let is_expired = matches!(verdict, Verdict::Destroy);
        let lines = match verdict {
            Verdict::Nothing => return Ok(Vec::new()),
            Verdict::Kept(reason) => {
                state.reports.push(Report::Kept(reason));
                return Ok(Vec::new());
            }
            Verdict::ExpireSent => return Ok(options.layout::<T>().expire_sent(&state.received)),
            // A request that takes long must not seal a session again that has ended meanwhile.
            #[cfg(feature = "server-state")]
            Verdict::Write(..) if state.was_revoked_meanwhile(content, options) => return Ok(Vec::new()),
            #[cfg(feature = "server-state")]
            Verdict::Write(..) | Verdict::Destroy if state.plan_record(options, content, &verdict)? => {
                Vec::new()
            }
            Verdict::Destroy => options.layout::<T>().destroy(),
            Verdict::Write(written, wanted) => {
                seal_lines(options, state, &written, seal).map_err(|error| (error, wanted))?
            }
        };
        #[cfg(feature = "server-state")]
        if super::revocation::ends_received(content, is_expired) {
            state.revoke_received(options);
        }
        Ok(lines)
    }
}

/// Seals a payload and returns its `Set-Cookie` lines.
fn seal_lines<T: IronSession>(
    options: &SessionOptions,
    state: &State<T>,
    written: &Written,
    seal: &mut impl FnMut(&Sealer, &[u8], Ttl) -> Result<String, SealError>,
) -> Result<Vec<String>, SaveError> {
    let validity = options.validity(written.metadata, options.sealer().now());
    let plaintext = Plaintext::choose::<T>(options, validity, written)?;
    let token = seal(options.sealer(), plaintext.bytes(), validity.ttl)?;
    options
        .layout::<T>()
        .write(&token, validity.max_age_secs, state.received.sent_chunks())
        .map_err(|misfit| encode::save_error::<T>(options, Misfit::Cookies(misfit), written))
}
