//! The compiler messages of each mistake, compared with the `.stderr` file next to the case.
//! `TRYBUILD=overwrite cargo test -p ui-tests` writes these files; read the diff before you commit it.

#[test]
fn mistakes_are_told_and_correct_code_is_left_alone() {
    let cases = trybuild::TestCases::new();
    for folder in [
        "attribute",
        "field",
        "name",
        "shape",
        "budget",
        "max_size",
        "version",
        "compress",
        "storage",
        "keep",
        "serde",
        "guard",
        "multiple",
    ] {
        cases.compile_fail(format!("cases/{folder}/*.rs"));
    }
    cases.pass("cases/pass/*.rs");
}
