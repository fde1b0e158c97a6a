//! The style sheet, the script and the icon of the pages. Anybody gets them, since they hold nothing of
//! anyone.

use axum::http::header::{CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};

/// The style sheet.
pub async fn style() -> Response {
    asset("text/css; charset=utf-8", include_str!("page.css"))
}

/// The script.
pub async fn script() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("page.js"))
}

/// The icon.
pub async fn icon() -> Response {
    asset("image/svg+xml", include_str!("icon.svg"))
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [(CONTENT_TYPE, kind), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, text).into_response()
}
