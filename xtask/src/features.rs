//! Checks that features are additive: the library compiles without features, and with each
//! feature alone.

use crate::context::Context;

pub(crate) fn check(context: &mut Context) -> Result<(), String> {
    let manifest = context.root().join("iron-session/Cargo.toml");
    let text = std::fs::read_to_string(&manifest)
        .map_err(|error| format!("{} can't be read: {error}", manifest.display()))?;
    let features = features(&text);
    if features.is_empty() {
        return Err(format!("{} has no features", manifest.display()));
    }
    // What begins with `__` is a part of other features, and of no use alone.
    let features = features.into_iter().filter(|feature| !feature.starts_with("__"));
    // Clippy is like `check`, but it can fail on warnings without rebuilding every
    // dependency.
    let alone = features.map(|feature| format!(" --features {feature}"));
    let failed: Vec<_> = std::iter::once(String::new())
        .chain(alone)
        .map(|features| format!("clippy --quiet -p iron-session --no-default-features{features}"))
        .filter(|clippy| context.cargo(&format!("{clippy} -- -D warnings")).run().is_err())
        .collect();
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join("; "))) }
}

/// Returns the names in the `[features]` table of a manifest.
fn features(manifest: &str) -> Vec<&str> {
    manifest
        .lines()
        .skip_while(|line| line.trim() != "[features]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name.trim().trim_matches('"'))
        .filter(|name| !name.starts_with('#'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_features_table_is_read() {
        let manifest = "\
[package]
name = \"x\"

[features]
default = [\"derive\"]
# The derive macro. Off = no syn.
derive = [
    \"dep:x-derive\",
]
\"actix-web\" = []

[dependencies]
serde = \"1\"
";
        assert_eq!(features(manifest), ["default", "derive", "actix-web"]);
        assert!(features("[package]\nname = \"x\"\n").is_empty());
    }
}
