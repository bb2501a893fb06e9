//! Where a request comes from.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};
use headway_web::PeerAddress;

/// What proxies write the client's address into.
const FORWARDED: &str = "x-forwarded-for";

/// The client's address as text: the peer's, or behind a proxy what that proxy says, which is the last entry; earlier ones anybody
/// can write.
pub(crate) fn client_address(headers: &HeaderMap, peer: Option<PeerAddress>, behind_proxy: bool) -> String {
    let last = headers.get_all(FORWARDED).into_iter().filter_map(|value| value.to_str().ok()).next_back();
    let named = last.and_then(|text| text.rsplit(',').next()).and_then(|text| text.trim().parse::<IpAddr>().ok());
    let address = named.filter(|_| behind_proxy).or(peer.map(|peer| peer.0));
    address.map_or_else(|| "unknown".to_owned(), |address| address.to_canonical().to_string())
}

/// What the browser calls itself.
pub(crate) fn client_name(headers: &HeaderMap) -> String {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proxy_is_believed() {
        let check = |forwarded: Option<&str>, behind_proxy: bool, want: &str| {
            let mut headers = HeaderMap::new();
            if let Some(text) = forwarded {
                headers.insert(FORWARDED, text.parse().expect("a header"));
            }
            let peer = Some(PeerAddress("192.0.2.1".parse().expect("an address")));
            assert_eq!(client_address(&headers, peer, behind_proxy), want, "{forwarded:?}");
        };
        check(None, true, "192.0.2.1");
        check(Some("198.51.100.7"), false, "192.0.2.1");
        check(Some("198.51.100.7"), true, "198.51.100.7");
        check(Some("10.0.0.1, 198.51.100.7"), true, "198.51.100.7");
        check(Some("nonsense"), true, "192.0.2.1");
    }
}
