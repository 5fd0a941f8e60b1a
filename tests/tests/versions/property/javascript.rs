//! A model of a JavaScript server: it changes the text, and spells it its own way.

use std::marker::PhantomData;

use iron_session::IronSession;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Servers;
use super::values::Random;
use super::written::Members;

/// Knows from the session's type which aliases it may write.
pub(crate) struct Modelled<T>(PhantomData<T>);

impl<T> Default for Modelled<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

/// Spellings that no encoder of ours has.
const SPELLINGS: [&str; 6] =
    ["1.50", "2e0", r#""\u0061\/\ud83d\ude00""#, r#"[ 1.0,{"a" :-0 } ]"#, "null", r#"{"$":{"v":1e3}}"#];

impl<T: IronSession> Servers for Modelled<T> {
    fn javascript(&mut self, payload: &str, random: &mut Random) -> String {
        let mut members = Members::of(payload).0;
        let at = random.below(members.len());
        let (name, value) = &mut members[at];
        match random.below(4) {
            0 if T::canonical("nick").is_some() && name == "name" => "nick".clone_into(name),
            1 if name == "ratio" || name == "balance" => {
                *value = raw(random.pick(&["1.50", "2e0", "-0.0", "7"]).to_owned());
            }
            2 => members.push((format!("js{}", random.next()), raw(random.pick(&SPELLINGS).to_owned()))),
            _ if name != "$" && !name.starts_with("map") => *value = raw(extend(value.get(), random)),
            _ => {}
        }
        object(&members)
    }
}

/// Adds a member to an object somewhere in this value, if there is one.
fn extend(text: &str, random: &mut Random) -> String {
    if text.starts_with('{') {
        let mut members = Members::of(text).0;
        // A deadline and its value are ours; what is inside is the application's.
        let expires = members.iter().any(|(name, _)| name == "until_ms");
        let at = random.below(members.len().max(1));
        if expires {
            for (name, value) in &mut members {
                if name == "value" {
                    *value = raw(extend(value.get(), random));
                }
            }
        } else if members.get(at).is_some_and(|(name, _)| name.starts_with("map")) {
            // Its members have one type.
        } else if random.below(2) == 0
            && members.get(at).is_some_and(|(_, value)| value.get().starts_with(['{', '[']))
        {
            members[at].1 = raw(extend(members[at].1.get(), random));
        } else {
            let name = format!("js{}", random.next());
            members.insert(at, (name, raw(random.pick(&SPELLINGS).to_owned())));
        }
        return object(&members);
    }
    if text.starts_with('[') {
        let mut elements: Vec<Box<RawValue>> = serde_json::from_str(text).unwrap();
        if !elements.is_empty() {
            let at = random.below(elements.len());
            elements[at] = raw(extend(elements[at].get(), random));
        }
        let elements: Vec<_> = elements.iter().map(|element| element.get()).collect();
        return format!("[{}]", elements.join(" ,"));
    }
    text.to_owned()
}

fn raw(text: String) -> Box<RawValue> {
    RawValue::from_string(text).unwrap()
}

fn object(members: &[(String, Box<RawValue>)]) -> String {
    let members: Vec<_> =
        members.iter().map(|(name, value)| format!("{}:{value}", Value::from(name.as_str()))).collect();
    format!("{{{}}}", members.join(","))
}
