//! The seats of a subject's sessions, of which there are only so many.
//!
//! A store has no step that counts and writes. So a session that is signed in first takes a seat: a small
//! record, which ends by itself after a minute. Only then are the subject's sessions and seats counted. Of
//! two sessions that are signed in at the same time, at least the one that counts later finds the other.

use std::time::Duration;

use tokio::time;

use super::handle::ServerState;
use super::record::Content;
use super::records::{Listed, in_time};
use crate::clock::Timestamp;
use crate::codec::SessionId;
use crate::error::{SignInError, StoreError};
use crate::options::{MaxSessions, OnMaxSessions};
use crate::seal::Ttl;

/// What follows the session's id in the key of its seat.
pub(super) const SEAT: &str = ".seat";

/// How long a session has its seat before it is written.
const RESERVED_FOR: Duration = Duration::from_secs(60);

/// How often, and after which pauses, a session looks again whether a later one has given up its seat.
const LOOKS: u32 = 8;
const PAUSE: Duration = Duration::from_millis(25);

/// A session that is signed in.
pub(crate) struct Newcomer<'a> {
    pub(crate) id: SessionId,
    pub(crate) issued_at: Option<u64>,
    /// The name of the session's cookie.
    pub(crate) cookie: &'a str,
    /// The JSON text of the subject.
    pub(crate) subject: &'a str,
    /// The session that it takes the place of in its browser.
    pub(crate) replaces: Option<SessionId>,
}

/// The seat of a session.
pub(crate) struct Seat {
    id: SessionId,
    /// Increases from one sign-in of a subject to the next. Clocks differ, so that times don't.
    pub(crate) turn: u64,
    /// The sessions that must end for it.
    excess: Vec<Seated>,
}

/// A session that has a seat.
struct Seated {
    /// Which one came first: by its turn, and otherwise by chance, but alike on every server.
    order: (u64, u64, SessionId),
    until: Option<Timestamp>,
}

impl Seated {
    fn new(listed: &Listed) -> Self {
        let issued_at = listed.head.issued_at.unwrap_or(0);
        Self { order: (listed.head.turn.unwrap_or(0), issued_at, listed.id), until: listed.until }
    }

    fn id(&self) -> SessionId {
        self.order.2
    }
}

impl ServerState {
    /// Takes a seat for a session that is signed in.
    ///
    /// # Errors
    ///
    /// [`SignInError::TooManySessions`] if no seat is free, and none may be made free.
    pub(crate) async fn take_seat(
        &self,
        newcomer: &Newcomer<'_>,
        max: MaxSessions,
    ) -> Result<Seat, SignInError> {
        let MaxSessions { limit, on_max } = max;
        let refuses = on_max == OnMaxSessions::RefuseNew;
        let (id, full) = (newcomer.id, || SignInError::TooManySessions { limit });
        let seated = self.seated(newcomer).await?;
        let turn = match seated.iter().find(|seated| refuses && seated.id() == id) {
            Some(own) => own.order.0,
            None if refuses && seated.len() >= limit => return Err(full()),
            None => {
                let last = seated.iter().map(|seated| seated.order.0).max().unwrap_or(0);
                let turn = last.saturating_add(1);
                self.reserve(newcomer, turn).await?;
                turn
            }
        };
        let kept = self.keep_seat(newcomer, turn, max).await;
        if !matches!(kept, Ok(Some(_))) {
            // It ends by itself.
            let _ = self.delete_seat(id).await;
        }
        kept?.ok_or_else(full)
    }

    /// Counts the sessions of a subject, with the seat that a new one has reserved. Returns `None` if there
    /// are too many.
    async fn keep_seat(
        &self,
        newcomer: &Newcomer<'_>,
        turn: u64,
        max: MaxSessions,
    ) -> Result<Option<Seat>, StoreError> {
        let MaxSessions { limit, on_max } = max;
        let (id, refuses) = (newcomer.id, on_max == OnMaxSessions::RefuseNew);
        for look in 1..=LOOKS {
            let mut seated = self.seated(newcomer).await?;
            let excess = seated.len().saturating_sub(limit);
            if excess == 0 || !refuses {
                seated.truncate(excess);
                return Ok(Some(Seat { id, turn, excess: seated }));
            }
            // The latest ones give up their seats. The others can't know whether those have not been
            // confirmed already, so they wait for a moment, and then give up as well.
            let is_late = seated.iter().skip(limit).any(|seated| seated.id() == id);
            if is_late || look == LOOKS {
                break;
            }
            time::sleep(PAUSE).await;
        }
        Ok(None)
    }

    /// Ends the sessions that must end for a session that was written, and gives back its seat, which
    /// its record now takes. `ttl` is that of the sessions.
    pub(crate) async fn settle(&self, seat: Seat, ttl: Ttl) -> Result<(), StoreError> {
        for excess in seat.excess {
            // Without its record it has ended already, but an older copy of its cookie may hold it whole.
            drop(self.end_session(excess.id(), ttl, excess.until, false));
            self.delete(excess.id()).await?;
        }
        self.delete_seat(seat.id).await
    }

    /// Gives back the seat of a session that was not written. It ends by itself, if that fails.
    pub(crate) async fn give_back(&self, seat: Seat) {
        let _ = self.delete_seat(seat.id).await;
    }

    /// Lists the sessions that have a seat, the oldest one first.
    async fn seated(&self, newcomer: &Newcomer<'_>) -> Result<Vec<Seated>, StoreError> {
        let listed = self.listed(newcomer.cookie, newcomer.subject).await?;
        let others = listed.iter().filter(|listed| Some(listed.id) != newcomer.replaces);
        let mut seated: Vec<_> = others.map(Seated::new).collect();
        seated.sort_by_key(|seated| seated.order);
        // A session may be listed twice, with its seat and its record.
        seated.dedup_by(|later, earlier| {
            let is_same = later.id() == earlier.id();
            if is_same {
                earlier.until = earlier.until.max(later.until);
            }
            is_same
        });
        Ok(seated)
    }

    async fn reserve(&self, newcomer: &Newcomer<'_>, turn: u64) -> Result<(), SignInError> {
        let content = Content {
            key: newcomer.id,
            revision: 1,
            payload: "",
            issued_at: newcomer.issued_at,
            turn: Some(turn),
            has_left: false,
            ttl: Ttl::After(RESERVED_FOR),
            owner: Some((newcomer.cookie, newcomer.subject)),
        };
        let key = seat_key(newcomer.id);
        let record = self.shared.records.seal_as(&key, &content)?;
        // If there is one, another request has taken it for the same session.
        in_time(self.shared.store.put_record(&key, None, record)).await?;
        Ok(())
    }

    async fn delete_seat(&self, id: SessionId) -> Result<(), StoreError> {
        in_time(self.shared.store.delete_record(&seat_key(id))).await
    }
}

fn seat_key(id: SessionId) -> String {
    format!("{id}{SEAT}")
}
