//! What all pages have in common: the document around what one shows, and what a browser may do with it.

use axum::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

/// Who looks at a page.
#[derive(Debug, Clone, Copy)]
pub enum Audience<'a> {
    /// Administrators, whose pages keep themselves up to date.
    Administrators {
        /// How the root of the server is written where the page is: `../` for each folder that it is in. A proxy
        /// may have put the server into a folder, of which nobody else knows.
        root: &'a str,
    },
    /// A user, whose page needs no script, and is all that a proxy may let through: its style sheet is beside it.
    User,
}

/// The name of the style sheet beside a user's page.
pub const STYLE_NAME: &str = "style.css";

impl Audience<'_> {
    /// What the page may do. It needs nothing from elsewhere, and nothing that stands in it is run. QR codes are
    /// images in it.
    fn policy(self) -> &'static str {
        match self {
            Self::Administrators { .. } => {
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                 connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            }
            Self::User => {
                "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; \
                 frame-ancestors 'none'"
            }
        }
    }

    /// Whom its links tell where they stand.
    fn referrer_policy(self) -> &'static str {
        match self {
            // Not no-referrer: forms would be sent with the origin "null".
            Self::Administrators { .. } => "same-origin",
            // Its address lets whoever knows it set an app up.
            Self::User => "no-referrer",
        }
    }

    /// What the page is made with.
    fn links(self) -> Markup {
        match self {
            Self::Administrators { root } => html! {
                link rel="icon" href={ (root) "assets/icon.svg" } type="image/svg+xml";
                link rel="stylesheet" href={ (root) "assets/page.css" };
                script src={ (root) "assets/page.js" } defer {}
            },
            Self::User => html! { link rel="stylesheet" href=(STYLE_NAME); },
        }
    }
}

/// A page.
pub struct Document<'a> {
    /// Who looks at it.
    pub audience: Audience<'a>,
    /// The language that it is in, as HTML names it.
    pub language: &'a str,
    /// The direction in which that is written, `ltr` or `rtl`.
    pub direction: &'a str,
    /// What it shows, in a few words.
    pub title: &'a str,
    /// What stands above what it shows, such as a navigation.
    pub header: Markup,
    /// What it shows.
    pub main: Markup,
}

impl Document<'_> {
    /// The page as an answer.
    pub fn answer(&self, status: StatusCode) -> Response {
        let headers: [(HeaderName, &'static str); 6] = [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CONTENT_SECURITY_POLICY, self.audience.policy()),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (X_FRAME_OPTIONS, "DENY"),
            (REFERRER_POLICY, self.audience.referrer_policy()),
            (HeaderName::from_static("x-robots-tag"), "noindex"),
        ];
        let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
        (status, headers, self.markup().into_string()).into_response()
    }

    fn markup(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(self.language) dir=(self.direction) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) }
                    (self.audience.links())
                }
                body {
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
