//! Captures the events that the library logs.

use std::error::Error;
use std::fmt::{self, Debug, Write as _};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{self, DefaultGuard};
use tracing::{Dispatch, Level, Metadata, Subscriber};

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its level.
    pub level: Level,
    /// Its message.
    pub message: String,
    /// Its other fields; an error includes all its sources.
    pub fields: Vec<(String, String)>,
}

impl Event {
    /// Returns a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Display for Event {
    /// Formats the event as one log line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.level, self.message)?;
        self.fields.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}

/// Registers a listener for this process before anything is logged.
///
/// When an event is first logged, `tracing` checks once whether anybody listens. Without this
/// listener, the result could be "nobody" while another thread starts to capture, and it would
/// not be corrected later.
pub(crate) fn listen() {
    static LISTENER: OnceLock<Dispatch> = OnceLock::new();
    LISTENER.get_or_init(|| Dispatch::new(Capture { events: Arc::default() }));
}

/// Captures the events of this thread for as long as it lives.
#[must_use]
pub struct Log {
    events: Arc<Mutex<Vec<Event>>>,
    _guard: DefaultGuard,
}

impl Log {
    /// Starts to capture.
    pub fn capture() -> Self {
        listen();
        let events = Arc::default();
        let capture = Capture { events: Arc::clone(&events) };
        Self { events, _guard: subscriber::set_default(capture) }
    }

    /// Returns a function that another thread calls to have its events captured by this log as
    /// well, until the thread ends.
    pub fn on_another_thread(&self) -> impl Fn() + Clone + Send + use<> {
        let events = Arc::clone(&self.events);
        move || {
            let capture = Capture { events: Arc::clone(&events) };
            // Dropping the guard would end the capture.
            std::mem::forget(subscriber::set_default(capture));
        }
    }

    /// Returns the events so far, and removes them.
    pub fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the only event so far, and removes it.
    #[track_caller]
    pub fn take_one(&self) -> Event {
        let mut events = self.take();
        assert_eq!(events.len(), 1, "{events:#?}");
        events.remove(0)
    }

    /// Panics if there was an event.
    #[track_caller]
    pub fn assert_silent(&self) {
        let events = self.take();
        assert!(events.is_empty(), "{events:#?}");
    }
}

impl Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").finish_non_exhaustive()
    }
}

struct Capture {
    events: Arc<Mutex<Vec<Event>>>,
}

impl Subscriber for Capture {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target().starts_with("iron_session")
    }

    fn event(&self, event: &tracing::Event<'_>) {
        // Filters of applications name the library alone.
        assert_eq!(event.metadata().target(), "iron_session");
        let mut fields = Fields::default();
        event.record(&mut fields);
        let event =
            Event { level: *event.metadata().level(), message: fields.message, fields: fields.others };
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    // The library has no spans.
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Fields {
    message: String,
    others: Vec<(String, String)>,
}

impl Fields {
    fn push(&mut self, field: &Field, value: String) {
        if field.name() == "message" {
            self.message = value;
        } else {
            self.others.push((field.name().to_owned(), value));
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.push(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.push(field, value.to_owned());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.push(field, with_sources(value));
    }
}

/// Writes an error and its chain of sources, as error reporters do.
pub fn with_sources(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        // Writing to a `String` can't fail.
        let _ = write!(text, ": {error}");
        source = error.source();
    }
    text
}
