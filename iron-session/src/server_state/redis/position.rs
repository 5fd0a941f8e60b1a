//! A position in the log.

use std::fmt;

use super::super::store::LogPosition;

/// A position in the stream of one incarnation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StreamPosition {
    pub(super) incarnation: String,
    /// The id of an entry, as Redis chose it: a time, and a number.
    pub(super) id: String,
    /// The number of that entry, as the library counts.
    pub(super) number: u64,
}

/// A position in the log, of a reader that…
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Position {
    /// … still reads the live entries.
    Starting {
        /// Where it will follow the stream.
        then: StreamPosition,
        /// The score of the last entry that it has read.
        score: String,
        /// The text of that entry.
        text: String,
    },
    /// … follows the stream.
    Following(StreamPosition),
}

impl Position {
    /// Reads a position. `None`: this store has not written it.
    pub(super) fn parse(position: &LogPosition) -> Option<Self> {
        let mut parts = position.as_str().splitn(6, ' ');
        let phase = parts.next()?;
        let then = StreamPosition {
            incarnation: parts.next()?.to_owned(),
            id: parts.next().filter(|id| is_id(id))?.to_owned(),
            number: parts.next()?.parse().ok()?,
        };
        match (phase, parts.next(), parts.next()) {
            ("follow", None, None) => Some(Self::Following(then)),
            ("start", Some(score), Some(text)) if score.parse::<f64>().is_ok() => {
                Some(Self::Starting { then, score: score.to_owned(), text: text.to_owned() })
            }
            _ => None,
        }
    }
}

fn is_id(id: &str) -> bool {
    id.split_once('-').is_some_and(|(ms, number)| ms.parse::<u64>().is_ok() && number.parse::<u64>().is_ok())
}

impl fmt::Display for StreamPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.incarnation, self.id, self.number)
    }
}

impl From<Position> for LogPosition {
    fn from(position: Position) -> Self {
        match position {
            Position::Starting { then, score, text } => Self::new(format!("start {then} {score} {text}")),
            Position::Following(position) => Self::new(format!("follow {position}")),
        }
    }
}
