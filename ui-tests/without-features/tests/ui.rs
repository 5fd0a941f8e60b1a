//! The compiler's messages about an attribute whose feature is disabled, compared with the
//! `.stderr` file next to the case.

#[test]
fn an_attribute_names_the_feature_that_it_needs() {
    trybuild::TestCases::new().compile_fail("cases/*.rs");
}
