use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Keeps the crawler out of networks that are not the public's.
///
/// A page may redirect, and a name may resolve, to a machine that only this
/// one can reach. Names are looked at when they are resolved, for every
/// connection anew; addresses that stand in a URL, before it is asked for.
/// Behind a proxy it is the proxy that resolves, so only what the URL itself
/// says is looked at.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    /// Hosts that may be private, as [`normal`] writes them.
    allowed: BTreeSet<String>,
    /// The proxy's own host: connected to, never asked for.
    proxy: Option<String>,
}

/// The address of a host is private.
#[derive(Debug)]
pub(crate) struct PrivateAddress(String);

impl Guard {
    pub(crate) fn new(allowed: &[String], proxy: Option<&Url>) -> Self {
        let proxy = proxy.and_then(Url::host_str).map(normal);
        Self { allowed: allowed.iter().map(|host| normal(host)).collect(), proxy }
    }

    /// Looks at what a URL itself says.
    pub(crate) fn check(&self, url: &Url) -> Result<(), PrivateAddress> {
        let Some(host) = url.host() else { return Err(PrivateAddress("the URL names no host".into())) };
        let name = normal(&host.to_string());
        let is_private = match host {
            Host::Ipv4(address) => !is_global(IpAddr::V4(address)),
            Host::Ipv6(address) => !is_global(IpAddr::V6(address)),
            Host::Domain(_) => name == "localhost" || name.ends_with(".localhost"),
        };
        if is_private && !self.allowed.contains(&name) {
            return Err(PrivateAddress::of(&name));
        }
        Ok(())
    }

    /// The addresses among those of a name that may be connected to.
    fn sift(&self, name: &str, addresses: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, PrivateAddress> {
        let name = normal(name);
        if self.allowed.contains(&name) || self.proxy.as_ref() == Some(&name) {
            return Ok(addresses);
        }
        let global: Vec<SocketAddr> =
            addresses.iter().copied().filter(|address| is_global(address.ip())).collect();
        if global.is_empty() && !addresses.is_empty() {
            return Err(PrivateAddress::of(&name));
        }
        Ok(global)
    }
}

/// The system's resolver, behind a guard.
pub(crate) struct GuardedResolver(pub(crate) Arc<Guard>);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.0);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let addresses: Addrs = Box::new(guard.sift(name.as_str(), found)?.into_iter());
            Ok(addresses)
        })
    }
}

impl PrivateAddress {
    fn of(host: &str) -> Self {
        Self(format!(
            "the address of {host} is private; `--allow-private` lets the hosts of the crawl have such"
        ))
    }
}

impl fmt::Display for PrivateAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PrivateAddress {}

/// A host in one spelling: lower case, no brackets, no last dot, addresses as they are printed.
fn normal(host: &str) -> String {
    let host = host.trim().trim_end_matches('.');
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    if let Ok(address) = bare.parse::<Ipv6Addr>() {
        return address.to_string();
    }
    Host::parse(host).map_or_else(|_| host.to_ascii_lowercase(), |host| host.to_string())
}

/// Whether an address belongs to the public internet (the special-purpose registries of IANA).
pub(crate) fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_global_v4(address),
        IpAddr::V6(address) => is_global_v6(address),
    }
}

fn is_global_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224..=255, ..] // this network, private, loopback, multicast and reserved
            | [100, 64..=127, ..] // carrier-grade NAT
            | [169, 254, ..] // link-local
            | [172, 16..=31, ..]
            | [192, 0, 0 | 2, _] // protocol assignments, documentation
            | [192, 88, 99, _] // 6to4 relays
            | [192, 168, ..]
            | [198, 18..=19, ..] // benchmarks
            | [198, 51, 100, _]
            | [203, 0, 113, _]
    )
}

fn is_global_v6(address: Ipv6Addr) -> bool {
    let embedded =
        |high: u16, low: u16| is_global_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] => embedded(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low), // NAT64
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] => false,       // protocol assignments, documentation
        [0x2002, high, low, ..] => embedded(high, low),               // 6to4
        [0x3fff, 0..=0xfff, ..] => false,                             // documentation
        [0x2000..=0x3fff, ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, expected: bool) {
        assert_eq!(is_global(address.parse().unwrap()), expected, "{address}");
    }

    #[test]
    fn addresses_of_the_public() {
        for address in ["1.1.1.1", "100.63.0.1", "100.128.0.1", "172.15.0.1", "172.32.0.1", "175.45.176.1"] {
            check(address, true);
        }
        for address in ["2606:4700::1111", "2001:200::1", "::ffff:1.1.1.1", "64:ff9b::101:101"] {
            check(address, true);
        }
    }

    #[test]
    fn addresses_that_are_not() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            check(address, false);
        }
        for address in [
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:a00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            check(address, false);
        }
    }

    #[track_caller]
    fn check_url(allowed: &[&str], url: &str, expected: bool) {
        let allowed: Vec<String> = allowed.iter().map(|host| host.to_string()).collect();
        let guard = Guard::new(&allowed, None);
        assert_eq!(guard.check(&url.parse().unwrap()).is_ok(), expected, "{url} with {allowed:?}");
    }

    #[test]
    fn what_a_url_says() {
        check_url(&[], "http://example.com/", true);
        check_url(&[], "http://127.0.0.1:8000/", false);
        check_url(&[], "http://0x7f.1/", false);
        check_url(&[], "http://2130706433/", false);
        check_url(&[], "http://[::1]/", false);
        check_url(&[], "http://[::ffff:127.0.0.1]/", false);
        check_url(&[], "http://localhost/", false);
        check_url(&[], "http://LOCALHOST./", false);
        check_url(&[], "http://a.localhost/", false);
        check_url(&["127.0.0.1"], "http://127.0.0.1/", true);
        check_url(&["127.0.0.1"], "http://127.0.0.2/", false);
        check_url(&["::1"], "http://[::1]:80/", true);
        check_url(&["[0:0::1]"], "http://[::1]:80/", true);
        check_url(&["Localhost"], "http://localhost/", true);
    }

    #[track_caller]
    fn check_name(guard: &Guard, name: &str, addresses: &[&str], expected: Option<&[&str]>) {
        let found = addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 0)).collect();
        let sifted = guard.sift(name, found).ok();
        let sifted: Option<Vec<String>> =
            sifted.map(|list| list.iter().map(|address| address.ip().to_string()).collect());
        let expected = expected.map(|list| list.iter().map(|address| address.to_string()).collect());
        assert_eq!(sifted, expected, "{name} {addresses:?}");
    }

    #[test]
    fn what_a_name_resolves_to() {
        let guard =
            Guard::new(&["inside.example".into()], Some(&"socks5://gate.example:1080".parse().unwrap()));
        check_name(&guard, "a.example", &["1.1.1.1"], Some(&["1.1.1.1"]));
        check_name(&guard, "a.example", &["10.0.0.1", "1.1.1.1"], Some(&["1.1.1.1"]));
        check_name(&guard, "a.example", &["10.0.0.1", "::1"], None);
        check_name(&guard, "a.example", &[], Some(&[]));
        check_name(&guard, "Inside.example.", &["10.0.0.1"], Some(&["10.0.0.1"]));
        check_name(&guard, "gate.example", &["10.0.0.1"], Some(&["10.0.0.1"]));
    }
}
