//! A bench on which seals are made well and badly, and the row that holds one of them.
//! Which rows there are stands in the files beside this one.

use ktr_artefact::{finding::Rule, seal::Names};
use ktr_core::{
    key::Key,
    time::{Secs, Time},
};
use sequoia_openpgp::{
    Cert, Packet,
    armor::{Kind, Writer},
    crypto::KeyPair,
    packet::{
        Signature,
        signature::{SignatureBuilder, subpacket::NotationDataFlags},
    },
    parse::Parse,
    serialize::Serialize,
    types::{HashAlgorithm, SignatureType, Timestamp},
};

use super::peers::{Peers, Says};
use crate::{program::Home, world::World};

/// gpg and gpgv judge alike but where a row says otherwise.
pub(super) const fn say(gpgv: Says, sqv: Says) -> Peers {
    Peers {
        gpg: gpgv,
        gpgv,
        sqv,
    }
}

/// Both families refuse.
pub(super) const BAD: Peers = say(Says::Bad, Says::Bad);
/// Both families accept.
pub(super) const GOOD: Peers = say(Says::Good, Says::Good);
/// gpg and gpgv accept, sqv refuses.
pub(super) const GNUPG: Peers = say(Says::Good, Says::Bad);
/// sqv accepts, gpg and gpgv refuse.
pub(super) const SQV: Peers = say(Says::Bad, Says::Good);

/// One row: what is judged, and how the peers judge it.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) peers: Peers,
    /// The finding by which we refuse; nothing if we accept.
    pub(super) ours: &'static [Rule],
    pub(super) bundle: Vec<u8>,
    pub(super) seal: Vec<u8>,
    pub(super) ring: Vec<u8>,
    pub(super) key: Key,
}

pub(super) struct Bench {
    pub(super) world: World,
    pub(super) cert: Cert,
}

impl Bench {
    pub(super) fn new() -> Self {
        let world = World::new();
        let cert = Cert::from_bytes(&world.secret.to_armoured().unwrap()).unwrap();
        Self { world, cert }
    }

    /// The Alliance's signing subkey.
    pub(super) fn subkey(&self) -> KeyPair {
        subkey_of(&self.cert)
    }

    /// The Alliance's primary, which only certifies.
    pub(super) fn primary(&self) -> KeyPair {
        let key = self.cert.primary_key().key().clone();
        key.parts_into_secret()
            .unwrap()
            .role_into_unspecified()
            .into_keypair()
            .unwrap()
    }

    /// A seal's beginnings at `at`, with these notations under the Alliance's domain.
    pub(super) fn builder(&self, at: Time, notations: &[(&str, &str)]) -> SignatureBuilder {
        let mut builder = SignatureBuilder::new(SignatureType::Binary)
            .set_hash_algo(HashAlgorithm::SHA256)
            .set_signature_creation_time(stamp(at))
            .unwrap();
        for (name, value) in notations {
            let flags = NotationDataFlags::empty().set_human_readable();
            let name = format!("{name}@{}", self.world.alliance.domain);
            builder = builder.add_notation(name, value, flags, false).unwrap();
        }
        builder
    }

    /// With the right three notations, at any time.
    pub(super) fn at(&self, at: Time) -> SignatureBuilder {
        let release = self.world.release.id.to_string();
        let names = [
            ("chain-id", "ktr-test-1"),
            ("release-id", release.as_str()),
            ("purpose", "release"),
        ];
        self.builder(at, &names)
    }

    /// As a seal has to be.
    pub(super) fn ours(&self) -> SignatureBuilder {
        self.at(self.world.signed_at)
    }

    /// With other values in the three notations.
    pub(super) fn named(&self, chain: &str, release: &str, purpose: &str) -> Vec<u8> {
        let names = [
            ("chain-id", chain),
            ("release-id", release),
            ("purpose", purpose),
        ];
        self.signed(self.builder(self.world.signed_at, &names))
    }

    pub(super) fn signed(&self, builder: SignatureBuilder) -> Vec<u8> {
        armoured(&[self.signature(builder)])
    }

    pub(super) fn signature(&self, builder: SignatureBuilder) -> Signature {
        builder
            .sign_message(&mut self.subkey(), &self.world.bundle)
            .unwrap()
    }

    /// The row of a seal over the bundle under the Alliance's certificate.
    pub(super) fn row(&self, name: &'static str, peers: Peers, seal: Vec<u8>) -> Row {
        Row {
            name,
            peers,
            ours: &[],
            bundle: self.world.bundle.clone(),
            seal,
            ring: self.world.certificate.to_binary().unwrap(),
            key: self.world.key,
        }
    }

    /// The row of a seal that we refuse by `ours`.
    pub(super) fn bad(
        &self,
        name: &'static str,
        peers: Peers,
        ours: &'static [Rule],
        seal: Vec<u8>,
    ) -> Row {
        Row {
            ours,
            ..self.row(name, peers, seal)
        }
    }

    /// What gpg writes with the Alliance's subkey and our notations, in the mode that the options ask for.
    pub(super) fn by_gpg(&self, mode: &[&str]) -> Vec<u8> {
        let home = Home::new();
        home.file("key.asc", &self.world.secret.to_armoured().unwrap());
        home.file("bundle.json", &self.world.bundle);
        home.gpg_ok(&["--import", "key.asc"]);
        let subkey = format!("{}!", self.world.key.fingerprint);
        let mut arguments = vec!["--disable-signer-uid", "--digest-algo", "SHA256"];
        arguments.extend(["-u", subkey.as_str()]);
        let notations = [
            "chain-id@relay.example=ktr-test-1".to_owned(),
            format!("release-id@relay.example={}", self.world.release.id),
            "purpose@relay.example=release".to_owned(),
        ];
        for notation in &notations {
            arguments.extend(["--set-notation", notation.as_str()]);
        }
        arguments.extend(mode);
        arguments.extend(["-o", "-", "bundle.json"]);
        home.gpg_ok(&arguments)
    }

    /// What a seal is bound to.
    pub(super) fn names(&self) -> Names<'_> {
        Names {
            chain: &self.world.chain,
            release: self.world.release.id,
            domain: &self.world.alliance.domain,
        }
    }
}

/// The first subkey of a certificate, to sign with.
pub(super) fn subkey_of(cert: &Cert) -> KeyPair {
    let key = cert.keys().subkeys().next().unwrap().key().clone();
    key.parts_into_secret()
        .unwrap()
        .role_into_unspecified()
        .into_keypair()
        .unwrap()
}

pub(super) fn stamp(at: Time) -> Timestamp {
    Timestamp::from(u32::try_from(at.0).unwrap())
}

pub(super) fn days(number: u64) -> Secs {
    Secs(number.saturating_mul(86_400))
}

/// One armoured block with these packets.
pub(super) fn armoured(signatures: &[Signature]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), Kind::Signature).unwrap();
    for signature in signatures {
        Packet::from(signature.clone())
            .serialize(&mut writer)
            .unwrap();
    }
    writer.finalize().unwrap()
}
