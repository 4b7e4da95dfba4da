//! One file a language: how a value is written in it so that it cannot break out of its place.

/// Why a text is no image reference, as the Dockerfile and Compose take it.
pub fn image_reference_fault(text: &str) -> Option<&'static str> {
    (text.is_empty()).then_some("it is empty")
}
