//! `rename_all`: serde's cases, with serde's rules for fields and for variants.

use crate::suggest;

/// A way to write the words of a field's name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const CASES: &[(&str, Case)] = &[
    ("lowercase", Case::Lower),
    ("UPPERCASE", Case::Upper),
    ("PascalCase", Case::Pascal),
    ("camelCase", Case::Camel),
    ("snake_case", Case::Snake),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
    ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
];

impl Case {
    /// Parses a case from its name, which is written in that case. The error lists all cases.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let found = CASES.iter().find(|(name, _)| *name == text);
        found.map(|(_, case)| *case).ok_or_else(|| {
            let names = CASES.iter().map(|(name, _)| *name);
            format!("unknown case `{text}`, {}", suggest::expected(text, names))
        })
    }

    /// Renames a field, assuming that its name is in `snake_case`.
    pub(crate) fn apply(self, field: &str) -> String {
        match self {
            Self::Lower | Self::Snake => field.to_owned(),
            Self::Upper | Self::ScreamingSnake => field.to_ascii_uppercase(),
            Self::Pascal => pascal(field),
            Self::Camel => {
                let pascal = pascal(field);
                let mut chars = pascal.chars();
                chars.next().iter().map(char::to_ascii_lowercase).chain(chars).collect()
            }
            Self::Kebab => field.replace('_', "-"),
            Self::ScreamingKebab => field.to_ascii_uppercase().replace('_', "-"),
        }
    }
}

impl Case {
    /// Renames a variant, assuming that its name is in `PascalCase`.
    pub(crate) fn apply_to_variant(self, variant: &str) -> String {
        match self {
            Self::Pascal => variant.to_owned(),
            Self::Lower => variant.to_ascii_lowercase(),
            Self::Upper => variant.to_ascii_uppercase(),
            Self::Camel => {
                let mut chars = variant.chars();
                chars.next().iter().map(char::to_ascii_lowercase).chain(chars).collect()
            }
            Self::Snake => snake(variant),
            Self::ScreamingSnake => snake(variant).to_ascii_uppercase(),
            Self::Kebab => snake(variant).replace('_', "-"),
            Self::ScreamingKebab => snake(variant).to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn snake(variant: &str) -> String {
    let mut snake = String::with_capacity(variant.len());
    for (index, char) in variant.char_indices() {
        if index > 0 && char.is_uppercase() {
            snake.push('_');
        }
        snake.push(char.to_ascii_lowercase());
    }
    snake
}

fn pascal(field: &str) -> String {
    let mut pascal = String::with_capacity(field.len());
    let mut starts_word = true;
    for char in field.chars() {
        match char {
            '_' => starts_word = true,
            _ if starts_word => {
                pascal.push(char.to_ascii_uppercase());
                starts_word = false;
            }
            _ => pascal.push(char),
        }
    }
    pascal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renames_as_serde_does() {
        // From serde_derive's own table, and the edges it panics or wraps at.
        for (field, upper, pascal, camel, kebab, screaming_kebab) in [
            ("outcome", "OUTCOME", "Outcome", "outcome", "outcome", "OUTCOME"),
            ("very_tasty", "VERY_TASTY", "VeryTasty", "veryTasty", "very-tasty", "VERY-TASTY"),
            ("a", "A", "A", "a", "a", "A"),
            ("z42", "Z42", "Z42", "z42", "z42", "Z42"),
            ("__", "__", "", "", "--", "--"),
            ("élan_vital", "éLAN_VITAL", "élanVital", "élanVital", "élan-vital", "éLAN-VITAL"),
        ] {
            assert_eq!(Case::Lower.apply(field), field);
            assert_eq!(Case::Snake.apply(field), field);
            assert_eq!(Case::Upper.apply(field), upper);
            assert_eq!(Case::ScreamingSnake.apply(field), upper);
            assert_eq!(Case::Pascal.apply(field), pascal);
            assert_eq!(Case::Camel.apply(field), camel);
            assert_eq!(Case::Kebab.apply(field), kebab);
            assert_eq!(Case::ScreamingKebab.apply(field), screaming_kebab);
        }
    }

    #[test]
    fn renames_variants_as_serde_does() {
        for (variant, lower, upper, camel, snake, screaming, kebab, screaming_kebab) in [
            ("Outcome", "outcome", "OUTCOME", "outcome", "outcome", "OUTCOME", "outcome", "OUTCOME"),
            (
                "VeryTasty",
                "verytasty",
                "VERYTASTY",
                "veryTasty",
                "very_tasty",
                "VERY_TASTY",
                "very-tasty",
                "VERY-TASTY",
            ),
            ("A", "a", "A", "a", "a", "A", "a", "A"),
            ("Z42", "z42", "Z42", "z42", "z42", "Z42", "z42", "Z42"),
        ] {
            assert_eq!(Case::Pascal.apply_to_variant(variant), variant);
            assert_eq!(Case::Lower.apply_to_variant(variant), lower);
            assert_eq!(Case::Upper.apply_to_variant(variant), upper);
            assert_eq!(Case::Camel.apply_to_variant(variant), camel);
            assert_eq!(Case::Snake.apply_to_variant(variant), snake);
            assert_eq!(Case::ScreamingSnake.apply_to_variant(variant), screaming);
            assert_eq!(Case::Kebab.apply_to_variant(variant), kebab);
            assert_eq!(Case::ScreamingKebab.apply_to_variant(variant), screaming_kebab);
        }
    }

    #[test]
    fn parses_every_case_by_its_own_spelling() {
        for (name, case) in CASES {
            assert_eq!(Case::parse(name), Ok(*case));
        }
    }

    #[test]
    fn an_unknown_case_lists_them_all() {
        let message = Case::parse("camelcase").unwrap_err();
        assert!(message.contains("did you mean `camelCase`?"), "{message}");
        assert!(CASES.iter().all(|(name, _)| message.contains(&format!("`{name}`"))), "{message}");
    }
}
