//! What the compiler says of each mistake, compared with the `.stderr` file
//! beside the case. `TRYBUILD=overwrite cargo test -p ui-tests --test ui`
//! writes them anew, to be read before they are committed.

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
        "serde",
        "multiple",
    ] {
        cases.compile_fail(format!("cases/{folder}/*.rs"));
    }
    cases.pass("cases/pass/*.rs");
}
