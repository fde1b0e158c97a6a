//! A path as the log may show it: what a client put where an id belongs may be a phone number, or worse.

/// The path, with those of its parts that are literal in the route or are ids as this server gives them.
pub fn loggable(route: &str, path: &str) -> String {
    let shown: Vec<_> = route
        .split('/')
        .zip(path.split('/'))
        .map(|(named, part)| if is_id(part) { part } else { named })
        .collect();
    shown.join("/")
}

/// Whether a text is a UUID with its dashes, in lower case.
fn is_id(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok_and(|id| id.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_are_taken_over_from_the_path() {
        let route = "/v1/service/{service}/users/{user}";
        let id = "4f1c86b5-0d6a-4f43-8a0e-6f6a3f3a9f10";
        for (path, shown) in [
            (
                format!("/v1/service/{id}/users/{id}"),
                format!("/v1/service/{id}/users/{id}"),
            ),
            (
                format!("/v1/service/{id}/users/+4401234567"),
                format!("/v1/service/{id}/users/{{user}}"),
            ),
            (
                format!("/v1/service/{}/users/a%2Fb", id.replace('-', "")),
                route.to_owned(),
            ),
        ] {
            assert_eq!(loggable(route, &path), shown);
        }
    }
}
