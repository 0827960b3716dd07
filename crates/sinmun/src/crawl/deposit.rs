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
