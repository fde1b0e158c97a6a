//! Pages for people to look at, as the server writes them: without the script they can be read, and with it they
//! keep themselves up to date.
//!
//! | module | what it does |
//! |---|---|
//! | [`layout`] | the document that all pages are |
//! | [`assets`] | the style sheet and the script |

pub mod assets;
pub mod layout;
