//! The native half of the Java binding.
