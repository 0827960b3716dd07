use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;

use http::response::Parts;
use hyper::body::{Body as _, Bytes, Frame};
#[cfg(feature = "old-tls")]
use tokio::task::JoinSet;
use url::Url;

use crate::exchange::Handshake;
use crate::fetch::failure;
use crate::outcome::Failure;
#[cfg(feature = "old-tls")]
use crate::outcome::FailureKind;

/// An answer whose head has come, whichever client asked for it.
pub(super) struct Answer {
    pub(super) head: Parts,
    pub(super) remote: Option<SocketAddr>,
    pub(super) handshake: Option<Handshake>,
    body: Body,
}

/// A body that is on its way.
enum Body {
    /// Over a connection of the client for all sites.
    Pooled(reqwest::Body),
    /// Over a connection that ends with it.
    #[cfg(feature = "old-tls")]
    OfItsOwn(
        hyper::body::Incoming,
        #[expect(dead_code, reason = "dropping it ends the connection")] JoinSet<()>,
    ),
}

impl Answer {
    /// How many bytes of body are announced at least.
    pub(super) fn announced(&self) -> usize {
        let announced = match &self.body {
            Body::Pooled(body) => body.size_hint().lower(),
            #[cfg(feature = "old-tls")]
            Body::OfItsOwn(body, _) => body.size_hint().lower(),
        };
        usize::try_from(announced).unwrap_or(usize::MAX)
    }

    /// What comes next of the body; nothing at its end.
    pub(super) async fn chunk(&mut self, url: &Url) -> Result<Option<Bytes>, Failure> {
        match &mut self.body {
            Body::Pooled(body) => data(body).await.map_err(|error| failure::of_client(url, error)),
            #[cfg(feature = "old-tls")]
            Body::OfItsOwn(body, _) => {
                data(body).await.map_err(|error| failure::told(url, FailureKind::Disconnected, &error))
            }
        }
    }

    /// The answer over a connection that nobody else uses, and that is driven by a task of the set.
    #[cfg(feature = "old-tls")]
    pub(super) fn of_its_own(
        response: http::Response<hyper::body::Incoming>,
        remote: SocketAddr,
        handshake: Handshake,
        connection: JoinSet<()>,
    ) -> Self {
        let (head, body) = response.into_parts();
        let body = Body::OfItsOwn(body, connection);
        Self { head, remote: Some(remote), handshake: Some(handshake), body }
    }
}

impl From<reqwest::Response> for Answer {
    fn from(response: reqwest::Response) -> Self {
        let remote = response.remote_addr();
        let (head, body) = http::Response::from(response).into_parts();
        Self { head, remote, handshake: None, body: Body::Pooled(body) }
    }
}

/// The next bytes of a body; trailers are none.
async fn data<B: hyper::body::Body<Data = Bytes> + Unpin>(body: &mut B) -> Result<Option<Bytes>, B::Error> {
    loop {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await.transpose()?;
        match frame.map(Frame::into_data) {
            Some(Ok(bytes)) => return Ok(Some(bytes)),
            Some(Err(_)) => {}
            None => return Ok(None),
        }
    }
}
