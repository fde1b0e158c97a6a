//! Pages for people to look at, as the server writes them: without the script they can be read and used, and with
//! it they keep themselves up to date.
//!
//! | module | what it does |
//! |---|---|
//! | [`layout`] | the document that all pages are |
//! | [`assets`] | the style sheet and the script |
//! | [`visit`] | who may look at the pages of administrators, and what surrounds those |
//! | [`session`] | that the admin token need not be shown with each page |
//! | [`login`], [`messages`], [`services`], [`service`], [`user`], [`development`] | those pages |
//! | [`enrolment`] | the page of a user who sets an app up by a link |
//! | [`words`] | times, durations and counts, as people read them |
//!
//! None of it is part of the API: what pages are made of, and what their forms send, may change at any time.

pub mod assets;
pub mod development;
pub mod enrolment;
pub mod layout;
pub mod login;
pub mod messages;
pub mod service;
pub mod services;
pub mod session;
pub mod user;
pub mod visit;
pub mod words;
