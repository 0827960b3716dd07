use std::time::SystemTime;

use sinmun_archive::{Circumstances, Payload, PayloadKind};
use sinmun_crawler::Exchange;

use crate::reading::Reading;

/// An exchange as the archive takes it.
pub(super) fn exchange(exchange: &Exchange, reading: &Reading) -> (Payload, Circumstances) {
    let mut bytes = exchange.response.head();
    bytes.extend_from_slice(&exchange.response.body);
    let mut request = exchange.request.head();
    request.extend_from_slice(&exchange.request.body);
    let payload = Payload {
        kind: PayloadKind::Response,
        target: exchange.url.to_string(),
        origin: String::new(),
        reading: reading.print(),
        bytes,
    };
    let circumstances = Circumstances {
        date: Circumstances::print_date(exchange.started),
        request,
        address: exchange.remote.map(|remote| remote.ip().to_string()),
        truncated: exchange.response.truncated.map(|why| why.to_string()),
        protocol: exchange.handshake.as_ref().map(|agreed| agreed.protocol.to_owned()),
        cipher_suite: exchange.handshake.as_ref().map(|agreed| agreed.cipher_suite.clone()),
        ..Circumstances::default()
    };
    (payload, circumstances)
}

/// An exchange that brought a page of the frontier.
pub(super) fn page(of: &Exchange, reading: &Reading, page: i64) -> (Payload, Circumstances) {
    let (payload, circumstances) = exchange(of, reading);
    (payload, Circumstances { page: Some(page), ..circumstances })
}

/// The news that a page did not come.
pub(super) fn failure(url: &str, why: &str, reading: &Reading) -> (Payload, Circumstances) {
    let payload = Payload {
        kind: PayloadKind::Failure,
        target: url.to_owned(),
        origin: String::new(),
        reading: reading.print(),
        bytes: why.as_bytes().to_vec(),
    };
    let date = Circumstances::print_date(SystemTime::now());
    (payload, Circumstances { date, ..Circumstances::default() })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use sinmun_crawler::{Handshake, Request, Response};

    use super::*;

    #[test]
    fn what_was_agreed_on_is_told() {
        let url: url::Url = "https://wire.example/".parse().unwrap();
        let mut of = Exchange {
            url,
            started: SystemTime::UNIX_EPOCH,
            answered: Instant::now(),
            took: Duration::ZERO,
            remote: None,
            handshake: None,
            request: Request {
                method: "GET",
                target: "/".into(),
                headers: [("A", "")].into_iter().collect(),
                body: vec![],
            },
            response: Response {
                version: "HTTP/1.1",
                status: 200,
                reason: vec![],
                headers: [("B", "")].into_iter().collect(),
                body: vec![],
                truncated: None,
            },
        };
        let reading = Reading::Aside { of: "robots".into() };
        let (_, told) = exchange(&of, &reading);
        assert_eq!((told.protocol, told.cipher_suite), (None, None));
        let cipher_suite = "TLS_RSA_WITH_AES_128_CBC_SHA".to_owned();
        of.handshake = Some(Handshake { protocol: "tls/1.0", cipher_suite: cipher_suite.clone() });
        let (_, told) = page(&of, &reading, 1);
        assert_eq!((told.protocol.as_deref(), told.cipher_suite), (Some("tls/1.0"), Some(cipher_suite)));
    }
}
