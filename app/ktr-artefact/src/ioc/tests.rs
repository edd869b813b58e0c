//! Normal forms, refusals, and that a normal form is its own normal form.

use super::{Type, Value};
use crate::finding::{Rule, rule};

fn normal(kind: Type, text: &str) -> Result<String, Rule> {
    Value::parse(kind, text).map(|value| value.text())
}

#[test]
fn values_come_out_in_normal_form_and_stay_there() {
    let sha256 = "AB".repeat(32);
    let md5 = "0F".repeat(16);
    for (kind, typed, expected) in [
        (Type::Ipv4, "185.220.101.7", "185.220.101.7"),
        (Type::Ipv6, "2A0E:0:0:0:0:0:0:0001", "2a0e::1"),
        (Type::Domain, "EVIL-Host.COM", "evil-host.com"),
        (
            Type::Domain,
            "müller-hosting.de",
            "xn--mller-hosting-wob.de",
        ),
        (
            Type::Url,
            "HTTP://Evil-Host.com:80/a?b=c#joe",
            "http://evil-host.com/a?b=c",
        ),
        (
            Type::Url,
            "http://evil-host.com/a?mail=joe",
            "http://evil-host.com/a",
        ),
        (
            Type::Url,
            "http://evil-host.com/a?x=aGVsbG8gd29ybGQgYWdhaW4",
            "http://evil-host.com/a",
        ),
        (
            Type::Email,
            "Billing@Evil-Host.COM",
            "Billing@evil-host.com",
        ),
        (Type::Filename, "invoice 7.exe", "invoice 7.exe"),
        (Type::Mutex, "Global\\{A1-7}", "Global\\{A1-7}"),
        (
            Type::Regkey,
            "hklm\\Software\\Run",
            "HKEY_LOCAL_MACHINE\\Software\\Run",
        ),
    ] {
        let value = normal(kind, typed).unwrap();
        assert_eq!(value, expected, "{typed}");
        assert_eq!(normal(kind, &value).as_ref(), Ok(&value), "{typed} twice");
    }
    let both = normal(Type::Hash, &format!("{sha256} {md5}")).unwrap();
    assert_eq!(
        both,
        format!("{} {}", md5.to_lowercase(), sha256.to_lowercase())
    );
}

#[test]
fn addresses_are_single_and_global() {
    for bad in [
        "185.220.101.7/24",
        "185.220.101.7:80",
        "185.220.101.07",
        "1.2.3",
        "",
        " 185.220.101.7",
        "localhost",
    ] {
        assert_eq!(normal(Type::Ipv4, bad), Err(rule::IOC_ADDRESS), "{bad}");
    }
    for inner in [
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.1.1",
        "172.31.255.255",
        "192.168.1.1",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.9",
        "198.19.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "0.1.2.3",
    ] {
        assert_eq!(
            normal(Type::Ipv4, inner),
            Err(rule::IOC_ADDRESS_NOT_GLOBAL),
            "{inner}"
        );
    }
    for inner in [
        "::1",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "2001:db8::1",
        "2002:a00::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2001::1",
        "3fff::1",
    ] {
        assert_eq!(
            normal(Type::Ipv6, inner),
            Err(rule::IOC_ADDRESS_NOT_GLOBAL),
            "{inner}"
        );
    }
    assert_eq!(normal(Type::Ipv6, "fe80::1%eth0"), Err(rule::IOC_ADDRESS));
    assert!(normal(Type::Ipv4, "172.32.0.1").is_ok());
}

#[test]
fn domains_are_registrable_names_of_the_open_internet() {
    for (bad, expected) in [
        ("com", rule::IOC_DOMAIN),
        ("co.uk", rule::IOC_PUBLIC_SUFFIX),
        ("evil.com.", rule::IOC_DOMAIN),
        ("185.220.101.7", rule::IOC_DOMAIN),
        ("dc01.bank.local", rule::IOC_DOMAIN_RESERVED),
        ("intra.corp", rule::IOC_DOMAIN_RESERVED),
        ("www.example.com", rule::IOC_DOMAIN_RESERVED),
        ("a_b.com", rule::IOC_DOMAIN),
        ("-a.com", rule::IOC_DOMAIN),
        ("evil.com/x", rule::IOC_DOMAIN),
        ("*.evil.com", rule::IOC_DOMAIN),
    ] {
        assert_eq!(normal(Type::Domain, bad), Err(expected), "{bad}");
    }
}

#[test]
fn urls_carry_no_account_and_no_person() {
    for (bad, expected) in [
        ("http://joe:pw@evil-host.com/", rule::IOC_URL),
        ("http://evil-host.com/joe@bank.com", rule::IOC_URL),
        ("http://evil-host.com/a/joe.doe%40bank.de/b", rule::IOC_URL),
        ("http://evil-host.com/joe%2540bank%2ecom", rule::IOC_URL),
        ("http://evil-host.com/joe@mail.bank.local", rule::IOC_URL),
        ("http://evil-host.com/joe@163.com", rule::IOC_URL),
        ("http://@evil-host.com:pw@other-host.com/", rule::IOC_URL),
        ("file:///etc/passwd", rule::IOC_URL),
        ("evil-host.com/a", rule::IOC_URL),
        ("http://evil-host.com/a b", rule::IOC_URL),
        ("http://10.0.0.1/", rule::IOC_ADDRESS_NOT_GLOBAL),
        ("http://0x0a000001/", rule::IOC_ADDRESS_NOT_GLOBAL),
        ("http://[fe80::1]/", rule::IOC_ADDRESS_NOT_GLOBAL),
        ("http://files.bank.local/", rule::IOC_DOMAIN_RESERVED),
    ] {
        assert_eq!(normal(Type::Url, bad), Err(expected), "{bad}");
    }
}

#[test]
fn a_sign_in_the_path_of_a_url_that_makes_no_mail_address_stays() {
    for url in [
        "https://cdn.jsdelivr.net/npm/x@1.2.3/a.js",
        "https://cdn.jsdelivr.net/npm/@scope/x@2.0.0-beta.1/dist/a.min.js",
        "https://unpkg.com/x@latest/a.js",
        "https://evil-host.com/x@1.2.3.js",
        "https://medium.com/@x",
    ] {
        assert_eq!(normal(Type::Url, url).as_deref(), Ok(url));
    }
}

#[test]
fn hashes_are_one_per_algorithm() {
    let md5 = "0f".repeat(16);
    for bad in [
        format!("{md5} {md5}"),
        "0f".repeat(15),
        "zz".repeat(16),
        format!("{md5}  {md5}"),
        String::new(),
    ] {
        assert_eq!(normal(Type::Hash, &bad), Err(rule::IOC_HASH), "{bad}");
    }
}

#[test]
fn names_hold_no_path_and_keys_no_account() {
    for bad in [
        "C:\\Users\\joe\\a.exe",
        "/home/joe/a",
        "\\\\srv\\a.exe",
        "",
        "a\u{202e}exe.gpj",
        "a\n",
    ] {
        assert_eq!(normal(Type::Filename, bad), Err(rule::IOC_NAME), "{bad}");
    }
    assert_eq!(normal(Type::Mutex, "\\\\srv\\x"), Err(rule::IOC_NAME));
    for bad in [
        "HKEY_FOO\\a",
        "HKLM",
        "HKLM\\\\a",
        "HKU\\S-1-5-21-1-2-3-1001\\Run",
    ] {
        assert_eq!(
            normal(Type::Regkey, bad),
            Err(rule::IOC_REGISTRY_KEY),
            "{bad}"
        );
    }
}

#[test]
fn mail_is_one_plain_address() {
    for bad in [
        "Joe <joe@evil-host.com>",
        "joe",
        "a..b@evil-host.com",
        "@evil-host.com",
        "joe@[185.220.101.7]",
    ] {
        assert!(normal(Type::Email, bad).is_err(), "{bad}");
    }
}
