//! Where calls may go: the scheme, and the address that a name leads to.
//!
//! The address is checked where it is dialled, so that a name which changes its mind in between leads nowhere else.

use portico_contract::{Error, Result};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

/// Which addresses may be dialled. Private networks always may: many a PSA stands in one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Addresses {
    /// Allows `http://` to hosts other than this machine.
    pub allow_http: bool,
    /// Allows this machine, link-local addresses and metadata services.
    pub allow_local: bool,
}

/// Metadata services of clouds that are not link-local.
const METADATA: &[IpAddr] = &[
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x254)),
];

impl Addresses {
    /// Whether a URL may be called, as far as its text tells.
    pub fn check(self, url: &Url) -> Result<()> {
        let here = match url.host() {
            Some(Host::Domain(name)) => is_this_machine(name),
            Some(Host::Ipv4(ip)) => self.written(IpAddr::V4(ip))?,
            Some(Host::Ipv6(ip)) => self.written(IpAddr::V6(ip))?,
            None => return Err(Error::credentials("The URL of this backend names no host: check it.")),
        };
        match url.scheme() {
            "https" => Ok(()),
            "http" if here || self.allow_http => Ok(()),
            "http" => Err(Error::credentials("The URL of this backend is not encrypted: write https://.")),
            _ => Err(Error::credentials("The URL of this backend must begin with https://.")),
        }
    }

    /// An address that somebody wrote down: loopback is meant then. Says whether it is loopback.
    fn written(self, ip: IpAddr) -> Result<bool> {
        let here = plain(ip).is_loopback();
        if here || self.allows(ip) {
            return Ok(here);
        }
        Err(Error::credentials("The URL of this backend leads to an address that is not allowed: check it."))
    }

    /// Whether an address that a name led to may be dialled.
    fn allows(self, ip: IpAddr) -> bool {
        let ip = plain(ip);
        let never = ip.is_unspecified() || ip.is_multicast() || ip == IpAddr::V4(Ipv4Addr::BROADCAST);
        let local = ip.is_loopback() || is_link_local(ip) || METADATA.contains(&ip);
        !never && (self.allow_local || !local)
    }
}

/// An IPv4 address that is written as IPv6 is an IPv4 address.
fn plain(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = ip else { return ip };
    let [first, second, .., seventh, eighth] = six.segments();
    let nat64 = first == 0x64 && second == 0xff9b;
    let embedded = u32::from(seventh) << 16 | u32::from(eighth);
    six.to_ipv4_mapped().or_else(|| nat64.then(|| Ipv4Addr::from(embedded))).map_or(ip, IpAddr::V4)
}

fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(four) => four.is_link_local(),
        IpAddr::V6(six) => six.is_unicast_link_local(),
    }
}

fn is_this_machine(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

/// A name led to addresses that may not be dialled.
#[derive(Debug)]
pub(crate) struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads to addresses that are not allowed")
    }
}

impl std::error::Error for Refused {}

impl Resolve for Addresses {
    fn resolve(&self, name: Name) -> Resolving {
        let rules = *self;
        Box::pin(async move {
            let here = is_this_machine(name.as_str());
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let may = |to: &SocketAddr| rules.allows(to.ip()) || (here && plain(to.ip()).is_loopback());
            let allowed: Vec<SocketAddr> = found.filter(may).collect();
            if allowed.is_empty() {
                return Err(Refused.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_no_local_place_unless_allowed() {
        let local = [
            "127.0.0.1",
            "::1",
            "169.254.169.254",
            "fe80::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "100.100.100.200",
            "fd00:ec2::254",
        ];
        for text in local {
            let ip: IpAddr = text.parse().unwrap();
            assert!(!Addresses::default().allows(ip), "{text}");
            assert!(Addresses { allow_local: true, allow_http: false }.allows(ip), "{text}");
        }
        for text in ["0.0.0.0", "::", "224.0.0.1", "255.255.255.255"] {
            assert!(!Addresses { allow_local: true, allow_http: true }.allows(text.parse().unwrap()), "{text}");
        }
        for text in ["10.1.2.3", "192.168.0.1", "203.0.113.9", "2001:db8::1", "fd12::1"] {
            assert!(Addresses::default().allows(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine_unless_allowed() {
        let check =
            |allow_http, url: &str| Addresses { allow_http, allow_local: false }.check(&Url::parse(url).unwrap());
        assert!(check(false, "http://psa.example/").is_err());
        assert!(check(true, "http://psa.example/").is_ok());
        assert!(check(false, "http://[::1]:9/").is_ok());
        assert!(check(false, "http://10.0.0.1/").is_err());
        assert!(check(true, "file:///etc/passwd").is_err());
    }

    #[tokio::test]
    async fn a_name_that_leads_here_is_refused_where_it_is_dialled() {
        let resolve = |rules: Addresses| rules.resolve("127.0.0.1".parse().unwrap());
        assert!(resolve(Addresses::default()).await.err().unwrap().is::<Refused>());
        assert_eq!(resolve(Addresses { allow_local: true, allow_http: false }).await.unwrap().count(), 1);
        assert!(Addresses::default().resolve("localhost".parse().unwrap()).await.unwrap().count() > 0);
    }
}
