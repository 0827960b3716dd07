//! What the errors of clients and connections mean.

use std::error::Error;
use std::io;

use url::Url;

use crate::address::PrivateAddress;
use crate::outcome::{Failure, FailureKind};

/// What an error of the client for all sites means.
pub(super) fn of_client(url: &Url, error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let mut kind = FailureKind::Disconnected;
    if error.is_timeout() {
        kind = FailureKind::TimedOut;
    } else if error.is_dns() {
        kind = FailureKind::NoAddress;
    } else if error.is_connect() {
        kind = FailureKind::NoConnection;
    } else if error.is_builder() {
        kind = FailureKind::BadJob;
    }
    told(url, kind, &error)
}

/// A failure of this kind, unless the causes of the error say otherwise: they tell, all the way down.
pub(super) fn told(url: &Url, mut kind: FailureKind, error: &(dyn Error + 'static)) -> Failure {
    let mut message = error.to_string();
    let mut cause = Some(error);
    while let Some(inner) = cause {
        if let Some(private) = inner.downcast_ref::<PrivateAddress>() {
            return Failure::of(FailureKind::PrivateAddress, url, private);
        }
        if is_tls(inner) {
            kind = FailureKind::Tls;
        }
        if inner.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse) {
            kind = FailureKind::Malformed;
        }
        let text = inner.to_string();
        if !message.ends_with(&text) {
            message = format!("{message}: {text}");
        }
        cause = inner.source();
    }
    Failure::of(kind, url, message)
}

/// An I/O error hides what it is made of from its chain of causes.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error.is::<rustls::Error>() || is_old_tls(error) || inner.is_some_and(|inner| is_tls(inner))
}

/// A connection that breaks is an error of this library too, and no matter of TLS.
#[cfg(feature = "old-tls")]
fn is_old_tls(error: &(dyn Error + 'static)) -> bool {
    use s2n_tls::error::ErrorType::{ConnectionClosed, IOError};
    let found = error.downcast_ref::<s2n_tls::error::Error>();
    found.is_some_and(|error| !matches!(error.kind(), ConnectionClosed | IOError))
}

#[cfg(not(feature = "old-tls"))]
fn is_old_tls(_: &(dyn Error + 'static)) -> bool {
    false
}
