//! The cookie of a session.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use headway_work::{SESSION_DAYS, SecretToken};

/// Browsers take a cookie of this name only over TLS, for the whole host and no other.
const SECURE_NAME: &str = "__Host-headway";
/// The same on the machine itself, where there is no TLS.
const PLAIN_NAME: &str = "headway";

fn name(secure: bool) -> &'static str {
    if secure { SECURE_NAME } else { PLAIN_NAME }
}

/// The token that a request brings.
pub(crate) fn read_token(headers: &HeaderMap, secure: bool) -> Option<SecretToken> {
    let texts = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut cookies = texts.flat_map(|text| Cookie::split_parse(text.to_owned())).filter_map(Result::ok);
    let cookie = cookies.find(|cookie| cookie.name() == name(secure))?;
    Some(SecretToken::from_text(cookie.value()))
}

/// The header that keeps a token.
pub(crate) fn keep_token(token: &SecretToken, secure: bool) -> HeaderValue {
    header_of(token.reveal(), Duration::days(SESSION_DAYS), secure)
}

/// The header that makes the browser forget it.
pub(crate) fn forget_token(secure: bool) -> HeaderValue {
    header_of("", Duration::ZERO, secure)
}

fn header_of(value: &str, age: Duration, secure: bool) -> HeaderValue {
    let cookie = Cookie::build((name(secure), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .max_age(age)
        .build();
    HeaderValue::from_str(&cookie.to_string()).expect("a token is of hexadecimal digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_says_what_it_is_for() {
        let token = SecretToken::from_random([1; 32]);
        let kept = keep_token(&token, true);
        let text = kept.to_str().expect("a header");
        for part in ["__Host-headway=0101", "HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=604800"] {
            assert!(text.contains(part), "{text} lacks {part}");
        }
        assert!(!text.contains("Domain"), "{text}");
        let plain = keep_token(&token, false);
        assert!(
            plain.to_str().is_ok_and(|text| text.starts_with("headway=0101") && !text.contains("Secure")),
            "{plain:?}"
        );
        let gone = forget_token(false);
        assert!(gone.to_str().is_ok_and(|text| text.contains("Max-Age=0")), "{gone:?}");
    }

    #[test]
    fn a_token_is_read_by_its_own_name() {
        let check = |sent: &str, secure: bool, found: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, sent.parse().expect("a header"));
            let token = read_token(&headers, secure);
            assert_eq!(token.as_ref().map(SecretToken::reveal), found, "{sent}");
        };
        check("a=1; headway=abc; b=2", false, Some("abc"));
        check("headway=abc", true, None);
        check("__Host-headway=abc", true, Some("abc"));
        check("__Host-headway=abc", false, None);
        check("xheadway=abc", false, None);
    }
}
