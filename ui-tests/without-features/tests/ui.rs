//! What the compiler says of an attribute whose feature is off, compared with the
//! `.stderr` file beside the case.

#[test]
fn an_attribute_names_the_feature_that_it_needs() {
    trybuild::TestCases::new().compile_fail("cases/*.rs");
}
