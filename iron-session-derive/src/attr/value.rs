//! The kinds of value that an attribute can have.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::time::Duration;

use syn::parse::{Parse, Parser};
use syn::punctuated::Punctuated;
use syn::{Ident, Lit, LitStr, Token};

use super::item::{Item, Value};
use crate::duration;
use crate::mistakes::Mistakes;

impl Item {
    /// Reads an attribute that takes no value. One with a value is reported and still counts.
    pub(super) fn flag(&self, mistakes: &mut Mistakes) {
        let message = format!("`{0}` takes no value; write just `{0}`", self.key);
        match &self.value {
            Value::Nothing | Value::Unreadable => {}
            Value::Equals(tokens) | Value::List(tokens) if !tokens.is_empty() => mistakes.on(tokens, message),
            Value::Equals(_) | Value::List(_) => mistakes.at(self.span(), message),
        }
    }

    /// Reads `key = "text"`.
    pub(super) fn text(&self, example: &str, mistakes: &mut Mistakes) -> Option<LitStr> {
        match self.literal() {
            Some(Lit::Str(text)) => Some(text),
            _ => self.expects(format_args!("a string, as in `{} = \"{example}\"`", self.key), mistakes),
        }
    }

    /// Reads `key("text", …)`.
    pub(super) fn texts(&self, example: &str, mistakes: &mut Mistakes) -> Option<Vec<LitStr>> {
        let parse = Punctuated::<LitStr, Token![,]>::parse_terminated;
        let texts = match &self.value {
            Value::List(list) => parse.parse2(list.clone()).ok().filter(|texts| !texts.is_empty()),
            _ => None,
        };
        let what = format_args!("strings in parentheses, as in `{}(\"{example}\")`", self.key);
        texts.map(|texts| texts.into_iter().collect()).or_else(|| self.expects(what, mistakes))
    }

    /// Reads `key = true` or `key = false`.
    pub(super) fn boolean(&self, example: &str, mistakes: &mut Mistakes) -> Option<bool> {
        match self.literal() {
            Some(Lit::Bool(boolean)) => Some(boolean.value),
            _ => self.expects(format_args!("`true` or `false`, as in `{} = {example}`", self.key), mistakes),
        }
    }

    fn integer(&self, example: &str, mistakes: &mut Mistakes) -> Option<syn::LitInt> {
        match self.literal() {
            Some(Lit::Int(integer)) => Some(integer),
            _ => self.expects(format_args!("an integer, as in `{} = {example}`", self.key), mistakes),
        }
    }

    /// Reads `key = N` with an `N` in the range.
    pub(super) fn number(
        &self,
        range: RangeInclusive<u32>,
        example: &str,
        mistakes: &mut Mistakes,
    ) -> Option<usize> {
        let integer = self.integer(example, mistakes)?;
        let number = integer.base10_parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            let (min, max) = (range.start(), range.end());
            let message = format!("`{}` must be from {min} to {max}, found {integer}", self.key);
            mistakes.at(integer.span(), message);
        }
        usize::try_from(number?).ok()
    }

    /// Reads `key = "15m"`.
    pub(super) fn duration(&self, mistakes: &mut Mistakes) -> Option<Duration> {
        let text = self.text("15m", mistakes)?;
        duration::parse(&text.value()).map_err(|message| mistakes.at(text.span(), message)).ok()
    }

    /// Reads `key = "word"`, where only one word is allowed.
    pub(super) fn word(&self, word: &str, mistakes: &mut Mistakes) -> Option<()> {
        let text = self.text(word, mistakes)?;
        let is_word = text.value() == word;
        if !is_word {
            let message = format!("`{}` must be \"{word}\", found {:?}", self.key, text.value());
            mistakes.at(text.span(), message);
        }
        is_word.then_some(())
    }

    /// Reads `key = "syntax"`.
    pub(super) fn parsed<T: Parse>(&self, what: &str, example: &str, mistakes: &mut Mistakes) -> Option<T> {
        let text = self.text(example, mistakes)?;
        text.parse().map_err(|_| not_a(what, &text, mistakes)).ok()
    }

    /// Reads `key = "name"`; keywords as `r#name`.
    pub(super) fn ident(&self, mistakes: &mut Mistakes) -> Option<Ident> {
        let text = self.text("name", mistakes)?;
        let ident = text.parse::<Ident>().ok();
        if ident.is_none() {
            let value = text.value();
            if syn::parse_str::<Ident>(&format!("r#{value}")).is_ok() {
                let message = format!("`{value}` is a keyword; write `{} = \"r#{value}\"`", self.key);
                mistakes.at(text.span(), message);
            } else {
                not_a("an identifier", &text, mistakes);
            }
        }
        ident
    }

    /// Reports a value of the wrong kind.
    pub(super) fn expects<T>(&self, what: impl Display, mistakes: &mut Mistakes) -> Option<T> {
        let message = format!("`{}` expects {what}", self.key);
        match &self.value {
            Value::Equals(tokens) | Value::List(tokens) if !tokens.is_empty() => mistakes.on(tokens, message),
            Value::Nothing | Value::Equals(_) | Value::List(_) => mistakes.at(self.span(), message),
            Value::Unreadable => {}
        }
        None
    }

    pub(super) fn literal(&self) -> Option<Lit> {
        match &self.value {
            Value::Equals(tokens) => syn::parse2(tokens.clone()).ok(),
            Value::Nothing | Value::List(_) | Value::Unreadable => None,
        }
    }
}

fn not_a(what: &str, text: &LitStr, mistakes: &mut Mistakes) {
    mistakes.at(text.span(), format!("{:?} is not {what}", text.value()));
}
