//! The token and its masked forms.

use iron_session::CsrfToken;

#[test]
fn each_masked_token_is_different_and_all_are_accepted() {
    let mut csrf = CsrfToken::default();
    let masked: Vec<_> = (0..64).map(|_| csrf.masked().unwrap()).collect();
    let token = csrf.issue().unwrap().to_owned();
    assert!(csrf.verify(&token));
    for (index, text) in masked.iter().enumerate() {
        assert!(csrf.verify(text), "{text}");
        assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{text}");
        assert_eq!(text.len(), 115);
        // Nothing that a compressor would find in two responses.
        for other in &masked[..index] {
            let same = text.bytes().zip(other.bytes()).filter(|(a, b)| a == b).count();
            assert!(same < 15, "{text} and {other} agree in {same} places");
        }
    }
    csrf.rotate().unwrap();
    assert!(masked.iter().all(|text| !csrf.verify(text)));
}

#[test]
fn a_masked_token_of_another_session_or_a_changed_one_is_rejected() {
    let (mut csrf, mut other) = (CsrfToken::default(), CsrfToken::default());
    let masked = csrf.masked().unwrap();
    assert!(!csrf.verify(&other.masked().unwrap()));
    assert!(!other.verify(&masked));
    for index in 0..masked.len() {
        for replacement in ["A", "B", "~", ""] {
            let mut changed = masked.clone();
            changed.replace_range(index..=index, replacement);
            assert_eq!(csrf.verify(&changed), changed == masked, "{changed}");
        }
    }
    for text in ["", "=", &masked.repeat(2), &format!("{masked}="), &"A".repeat(115), &"\u{e9}".repeat(58)] {
        assert!(!csrf.verify(text), "{text}");
    }
    // A token that was never issued verifies nothing, not even an empty one under a pad.
    assert!(!CsrfToken::default().verify(&"A".repeat(115)));
}

#[test]
fn a_token_that_another_program_wrote_is_masked_as_it_is() {
    // 43 bytes, though no base64url.
    let json = format!("\"{}!{}\"", "\u{e9}".repeat(20), "~~");
    let mut csrf: CsrfToken = serde_json::from_str(&json).unwrap();
    let masked = csrf.masked().unwrap();
    assert!(csrf.verify(&masked));
}
