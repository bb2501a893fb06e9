//! Which names the server answers to. A page that anybody's browser can be made to ask for under a stranger's name (DNS rebinding)
//! would be read by the stranger's script: only names that were allowed are answered.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The names under which the pages may be asked for; ports do not count. Loopback (`localhost`, `127.0.0.1`, `[::1]`) always is one.
#[derive(Clone, Debug, Default)]
pub struct AllowedHosts {
    names: Arc<[String]>,
}

impl AllowedHosts {
    /// Loopback, the address that is listened on (unless it stands for all of them), and these names.
    pub fn new(bound: IpAddr, names: &[String]) -> Self {
        let bound = Some(bound).filter(|address| !address.is_unspecified()).map(|address| address.to_string());
        Self { names: bound.into_iter().chain(names.iter().map(|name| plain_name(name))).collect() }
    }

    fn is_allowed(&self, authority: &str) -> bool {
        let name = plain_name(authority);
        let loopback = name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        loopback || self.names.contains(&name)
    }
}

/// The name alone, as names are compared: no port, no brackets, no dot at the end, lower case.
fn plain_name(authority: &str) -> String {
    let name = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        // An IPv6 address that stands alone has several colons, a port one.
        None if authority.matches(':').count() > 1 => authority,
        None => authority.split(':').next().unwrap_or_default(),
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// The name that a request asks for; `None` where it names none, or several.
fn requested_host(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let mut named = headers.get_all(header::HOST).iter();
    let host = named.next()?.to_str().ok()?.to_owned();
    let agrees = uri.authority().is_none_or(|authority| plain_name(authority.as_str()) == plain_name(&host));
    (named.next().is_none() && agrees).then_some(host)
}

/// Refuses requests under names that are not allowed.
pub(crate) async fn check_host(State(allowed): State<AllowedHosts>, request: Request, next: Next) -> Response {
    match requested_host(request.uri(), request.headers()) {
        None => (StatusCode::BAD_REQUEST, "The request must name one host.\n").into_response(),
        Some(host) if allowed.is_allowed(&host) => next.run(request).await,
        Some(_) => {
            let text = "This server does not answer to the host name in the address. Use the address that it printed when it \
                        started, or start it with --allow-host and this name.\n";
            (StatusCode::MISDIRECTED_REQUEST, text).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_allowed_names_are_answered() {
        let local = AllowedHosts::new("127.0.0.1".parse().expect("an address"), &[]);
        let proxied = AllowedHosts::new("0.0.0.0".parse().expect("an address"), &["Headway.State.gov".to_owned()]);
        let six = AllowedHosts::new("2001:db8::5".parse().expect("an address"), &[]);
        let check =
            |hosts: &AllowedHosts, name: &str, answered: bool| assert_eq!(hosts.is_allowed(name), answered, "{name}");
        for name in ["localhost", "LOCALHOST:8080", "localhost.", "127.0.0.1:80", "127.9.9.9", "[::1]:8080", "::1"] {
            check(&local, name, true);
        }
        for name in
            ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "0.0.0.0", "192.0.2.7", ":80"]
        {
            check(&local, name, false);
        }
        check(&proxied, "headway.state.gov", true);
        check(&proxied, "headway.state.gov.:443", true);
        check(&proxied, "0.0.0.0", false);
        check(&proxied, "state.gov", false);
        check(&six, "[2001:db8::5]:8080", true);
        check(&six, "[2001:db8::6]:8080", false);
    }

    #[test]
    fn a_request_names_one_host() {
        let check = |uri: &str, hosts: &[&str], host: Option<&str>| {
            let mut headers = HeaderMap::new();
            hosts.iter().for_each(|h| {
                headers.append(header::HOST, h.parse().expect("a header"));
            });
            assert_eq!(requested_host(&uri.parse().expect("an address"), &headers).as_deref(), host, "{uri} {hosts:?}");
        };
        check("/", &["localhost"], Some("localhost"));
        check("/", &[], None);
        check("/", &["localhost", "evil.example"], None);
        check("http://evil.example/", &["localhost"], None);
        check("http://localhost:80/", &["localhost"], Some("localhost"));
    }
}
