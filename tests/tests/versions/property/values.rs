//! Random values for the fields of session structs.

use std::collections::BTreeMap;

use iron_session::Expiring;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A source of variety: a linear congruential generator.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.0 >> 33).unwrap()
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next()).unwrap() % bound
    }

    pub(crate) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// What a field can hold.
pub(crate) trait Field {
    fn any(random: &mut Random) -> Self;

    /// Changes it as a handler would: as a whole, or a part of it.
    fn change(&mut self, random: &mut Random);
}

macro_rules! simple {
    ($($ty:ty: $random:ident => $any:expr),* $(,)?) => {$(
        impl Field for $ty {
            fn any($random: &mut Random) -> Self {
                $any
            }

            fn change(&mut self, random: &mut Random) {
                *self = Self::any(random);
            }
        }
    )*};
}

simple! {
    bool: random => random.below(2) == 0,
    u32: random => random.next(),
    f64: random => f64::from(random.next()) / 7.0,
    String: random => {
        let signs = ["a", "ß", "\"", "\\", "\n", "{", "]", ",", "\u{2028}", "\u{1f600}", "\u{1}", "0"];
        (0..random.below(6)).map(|_| random.pick(&signs)).collect()
    },
}

impl<T: Field> Field for Option<T> {
    fn any(random: &mut Random) -> Self {
        (random.below(4) > 0).then(|| T::any(random))
    }

    fn change(&mut self, random: &mut Random) {
        match self {
            Some(value) if random.below(4) > 0 => value.change(random),
            Some(_) => *self = None,
            None => *self = Some(T::any(random)),
        }
    }
}

/// One element at a time: what moved and changed at once has no name to be found by.
impl<T: Field> Field for Vec<T> {
    fn any(random: &mut Random) -> Self {
        (0..random.below(4)).map(|_| T::any(random)).collect()
    }

    fn change(&mut self, random: &mut Random) {
        let at = random.below(self.len() + 1);
        let may_grow = self.len() < 5;
        match self.get_mut(at) {
            Some(element) if random.below(3) > 0 => element.change(random),
            Some(_) => drop(self.remove(at)),
            None if may_grow => self.insert(random.below(at + 1), T::any(random)),
            None => self.clear(),
        }
    }
}

impl<T: Field> Field for BTreeMap<String, T> {
    fn any(random: &mut Random) -> Self {
        (0..random.below(4)).map(|_| (format!("k{}", random.below(9)), T::any(random))).collect()
    }

    fn change(&mut self, random: &mut Random) {
        let name = format!("k{}", random.below(9));
        match self.get_mut(&name) {
            Some(value) if random.below(2) > 0 => value.change(random),
            Some(_) => drop(self.remove(&name)),
            None => drop(self.insert(name, T::any(random))),
        }
    }
}

impl<T: Field + Serialize + DeserializeOwned> Field for Expiring<T> {
    fn any(random: &mut Random) -> Self {
        let mut new = Self::default();
        new.set(T::any(random));
        new
    }

    fn change(&mut self, random: &mut Random) {
        match self.get() {
            Some(_) if random.below(3) == 0 => self.clear(),
            _ => self.set(T::any(random)),
        }
    }
}

/// Declares a struct inside a session, with serde's own derive.
macro_rules! nested {
    ($(#[$of_struct:meta])* $name:ident { $($(#[$of_field:meta])* $field:ident: $ty:ty),* $(,)? }) => {
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        $(#[$of_struct])*
        pub(crate) struct $name {
            /// Always something else, and never changed.
            name: u32,
            $($(#[$of_field])* $field: $ty,)*
        }

        impl Field for $name {
            fn any(random: &mut Random) -> Self {
                Self { name: random.next(), $($field: Field::any(random),)* }
            }

            fn change(&mut self, random: &mut Random) {
                let fields = [$(stringify!($field)),*];
                let chosen = random.pick(&fields);
                $(if chosen == stringify!($field) {
                    self.$field.change(random);
                })*
            }
        }
    };
}
pub(crate) use nested;
