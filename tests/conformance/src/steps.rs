//! Plays the steps of a request on a session and on a model of it.
//!
//! The model follows the documentation: how each `save()` ends, and what the response does to
//! the cookies.

use iron_session::Session;
use iron_session::Untyped;
use iron_session::session::RequestSession;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::file::{Op, Options, Request, Step};
use crate::json::{self, Object};
use crate::reading::{METADATA, Read};
use crate::room::Room;
use crate::theirs::Theirs;
use crate::verdict::MAX_DEPTH;

/// In JavaScript, assigning to this name changes an object's prototype and creates no member.
const PROTOTYPE: &str = "__proto__";

/// Names that do not become members when they are set.
const UNSETTABLE: [&str; 2] = [PROTOTYPE, METADATA];

/// The expected effect of the response.
pub(crate) struct Played {
    pub(crate) end: End,
    /// Whether a 500 replaces the response.
    pub(crate) is_500: bool,
    pub(crate) theirs: Theirs,
    /// The written text, if it is known: as it was received, or as it was set.
    pub(crate) text: Option<String>,
}

pub(crate) enum End {
    /// Nothing is written.
    Unwritten,
    /// Members were set to their old values, perhaps in another spelling. They may be
    /// written or not.
    Respelled(Object),
    Written(Object),
    /// The session is empty.
    Emptied,
    Destroyed,
}

/// The content of a session at one moment.
#[derive(Clone)]
struct State {
    session: Object,
    text: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Untouched,
    Touched,
    Destroyed,
    /// Destroyed, then written to.
    Misused,
}

struct Model<'a> {
    case: &'a Options,
    room: Room,
    read: &'a Read,
    phase: Phase,
    now: State,
    /// The content to return to if a save is rejected.
    published: State,
    /// The content that `save` accepted last.
    saved: Option<State>,
    theirs: Theirs,
}

/// Plays the steps.
pub(crate) fn play(
    requested: &RequestSession<Untyped>,
    case: &Options,
    read: &Read,
    request: &Request,
) -> Result<Played, String> {
    let mut session = requested.handle([request.cookie.as_str()]).map_err(|error| error.to_string())?;
    // Metadata is written first, wherever it was.
    let text = read.received.clone().filter(|_| read.metadata().is_none());
    let start = State { session: read.session.clone(), text };
    let mut model = Model {
        case,
        room: Room::of(case, request.now_ms),
        read,
        phase: Phase::Untouched,
        now: start.clone(),
        published: start,
        saved: None,
        theirs: Theirs::of(read),
    };
    for step in &request.steps {
        match step.op {
            Op::Set | Op::Merge => model.assign(&mut session, step)?,
            Op::Save => model.save(&mut session, step)?,
            Op::Destroy => {
                session.destroy();
                model.destroy();
            }
        }
    }
    Ok(model.end())
}

impl Model<'_> {
    fn is_destroyed(&self) -> bool {
        matches!(self.phase, Phase::Destroyed | Phase::Misused)
    }

    /// Replaces the session's members, or merges new ones into them.
    fn assign(&mut self, session: &mut Session<Untyped>, step: &Step) -> Result<(), String> {
        let text = step.data_json.as_deref().ok_or("a step without data")?;
        let given = parse_members(text);
        self.theirs.assign(step, given.as_ref());

        let is_settable = given.is_some() && json::depth(text) <= MAX_DEPTH;
        let mut data = match (text.parse::<Untyped>(), is_settable) {
            (Ok(data), true) => data,
            (Err(_), false) => return Ok(()),
            (Ok(_), false) => return Err("data accepted, documented as rejected".to_owned()),
            (Err(error), true) => return Err(format!("data rejected ({error})")),
        };
        let is_plain = !data.remove(PROTOTYPE) && json::parse(text)?.get(METADATA).is_none();
        let given = given.unwrap_or_default();
        if step.op == Op::Set {
            **session = data;
            let is_alone = is_plain && self.read.received.is_none();
            self.change(State { session: given, text: is_alone.then(|| text.to_owned()) });
        } else if !given.is_empty() {
            for name in data.keys() {
                let value: Option<Box<RawValue>> = data.get(name);
                session.insert(name, &value).map_err(|error| error.to_string())?;
            }
            let merged = json::merge(self.now.session.clone(), &given);
            self.change(State { session: merged, text: None });
        }
        Ok(())
    }

    fn change(&mut self, state: State) {
        self.phase = if self.is_destroyed() { Phase::Misused } else { Phase::Touched };
        self.now = state;
    }

    fn destroy(&mut self) {
        if self.phase != Phase::Misused {
            self.phase = Phase::Destroyed;
        }
        self.theirs.destroy();
    }

    fn save(&mut self, session: &mut Session<Untyped>, step: &Step) -> Result<(), String> {
        let saved = session.save();
        let is_accepted = match self.phase {
            Phase::Destroyed => true,
            Phase::Misused => false,
            // If iron-session's result is comparable, it counts.
            _ => self.theirs.judges(&self.now.session, step, self.case).unwrap_or_else(|| self.has_room()),
        };
        if saved.is_ok() != is_accepted {
            let documented = if is_accepted { "accepted" } else { "rejected" };
            let threw = &step.throws;
            return Err(format!("saving gave {saved:?}, documented as {documented}; theirs threw {threw:?}"));
        }
        self.theirs.save(step);
        match self.phase {
            Phase::Destroyed | Phase::Misused => {}
            _ if is_accepted => {
                self.published = self.now.clone();
                self.saved = Some(self.now.clone());
            }
            _ => self.now = self.published.clone(),
        }
        Ok(())
    }

    fn has_room(&self) -> bool {
        let mut payload = self.now.session.clone();
        // Received metadata is kept.
        payload.extend(self.read.metadata().map(|value| (METADATA.to_owned(), value)));
        self.room.fits(Value::Object(payload).to_string().len())
    }

    /// Checks the changes that no `save` has checked.
    fn end(self) -> Played {
        if self.is_destroyed() {
            let is_500 = self.phase == Phase::Misused;
            return Played { end: End::Destroyed, is_500, theirs: self.theirs, text: None };
        }
        let is_saved =
            self.saved.as_ref().is_some_and(|saved| json::same_objects(&saved.session, &self.now.session));
        let is_changed = !json::same_objects(&self.now.session, &self.read.session);
        let is_500 = is_changed && !is_saved && !self.now.session.is_empty() && !self.has_room();
        let written = match self.saved {
            // The 500 carries the content that `save` had accepted.
            Some(saved) if is_500 => Some(saved),
            None if is_500 => None,
            None if !is_changed && self.phase == Phase::Untouched => None,
            None if !is_changed => {
                let end = End::Respelled(self.now.session);
                return Played { end, is_500, theirs: self.theirs, text: None };
            }
            _ => Some(self.now),
        };
        let text = written.as_ref().and_then(|state| state.text.clone());
        let end = match written {
            None => End::Unwritten,
            Some(state) if state.session.is_empty() => End::Emptied,
            Some(state) => End::Written(state.session),
        };
        Played { end, is_500, theirs: self.theirs, text }
    }
}

/// Returns the members that a text sets; `None` if it is not an object.
fn parse_members(text: &str) -> Option<Object> {
    let mut members = match json::parse(text).ok()? {
        Value::Object(members) => members,
        Value::Null => Object::new(),
        _ => return None,
    };
    members.retain(|name, _| !UNSETTABLE.contains(&name.as_str()));
    Some(members)
}
