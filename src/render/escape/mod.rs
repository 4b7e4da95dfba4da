//! One file a language: how a value is written in it so that it cannot break out of its place.
