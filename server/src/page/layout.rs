//! What all pages have in common: the document around what one shows, and what a browser may do with it.

use axum::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

/// A page needs nothing from elsewhere, and nothing that stands in it is run. QR codes are images in it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page.
pub struct Document<'a> {
    /// How the root of the server is written where the page is: `../` for each folder that it is in. A proxy
    /// may have put the server into a folder, of which nobody else knows.
    pub root: &'a str,
    /// The language that it is in, as HTML names it.
    pub language: &'a str,
    /// What it shows, in a word.
    pub title: &'a str,
    /// What stands above what it shows, such as a navigation.
    pub header: Markup,
    /// What it shows.
    pub main: Markup,
}

impl Document<'_> {
    /// The page as an answer.
    pub fn answer(&self, status: StatusCode) -> Response {
        let headers: [(HeaderName, &str); 5] = [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CONTENT_SECURITY_POLICY, POLICY),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (X_FRAME_OPTIONS, "DENY"),
            // Not no-referrer: forms would be sent with the origin "null".
            (REFERRER_POLICY, "same-origin"),
        ];
        let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
        (status, headers, self.markup().into_string()).into_response()
    }

    fn markup(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(self.language) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · Verigator" }
                    link rel="icon" href={ (self.root) "assets/icon.svg" } type="image/svg+xml";
                    link rel="stylesheet" href={ (self.root) "assets/page.css" };
                    script src={ (self.root) "assets/page.js" } defer {}
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    (self.header)
                    main #main tabindex="-1" { (self.main) }
                }
            }
        }
    }
}

/// A QR code: an image, so that neither the dark nor a theme of the system changes its colours.
pub fn qr_code(svg: &str, description: &str) -> Markup {
    let bytes = data_encoding::BASE64.encode(svg.as_bytes());
    html! {
        img.qr src={ "data:image/svg+xml;base64," (bytes) } alt=(description) width="240" height="240";
    }
}
