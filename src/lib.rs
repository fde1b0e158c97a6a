//! libverigator.
