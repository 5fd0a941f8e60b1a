//! TLS, with a certificate that a real Redis has signed itself.

use std::path::Path;
use std::process::Command;

use iron_session_tests::redis::Redis;

/// Runs the conformance tests in a process that trusts these certificates, and returns what it says.
fn check(url: &str, trusts: Option<&Path>) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_redis_over_tls"));
    program.arg(url).env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR");
    if let Some(file) = trusts {
        program.env("SSL_CERT_FILE", file);
    }
    let output = program.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_redis_is_used_over_tls_if_its_certificate_is_trusted() {
    let redis = Redis::start_with_tls("tls");
    let certificate = redis.certificate();
    assert_eq!(check(&redis.tls_url("localhost"), Some(&certificate)).trim(), "it keeps all promises");

    let stranger = Redis::start_with_tls("stranger");
    for (what, said) in [
        ("a certificate of another", check(&stranger.tls_url("localhost"), Some(&certificate))),
        ("another name", check(&redis.tls_url("127.0.0.1"), Some(&certificate))),
        ("a certificate that nobody trusts", check(&redis.tls_url("localhost"), None)),
    ] {
        assert!(said.contains("certificate"), "{what}: {said}");
        assert!(!said.contains("promises"), "{what}: {said}");
    }
}
