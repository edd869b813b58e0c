//! A county: homeserver, sidecar, passes' server, inbox, all in one temporary folder.
//! The sidecar runs as a task that a test may drop at any moment, as SIGKILL would.

use ktr_core::id::{EncryptionKey, MemberId};
use ktr_room::SystemClock;
use ktr_room::adapter::matrix::MatrixRoom;
use ktr_room::adapter::passes;
use ktr_room::journal::{Remnant, Store};
use ktr_room::matrix_id::Account;
use ktr_room::policy::RoomPolicy;
use ktr_room::port::Cipher;
use ktr_room::run::{Ports, Sidecar, Site, run};
use ktr_room::synapse::free_port;
use ktr_room::timing::Timing;

use super::chain::Ledger;
use super::cipher::{Veil, archive};
use super::place::{SECRET, lay_out};
use super::server::Synapse;

/// A county under test.
pub(crate) struct County<C = Veil> {
    cipher: C,
    pub(crate) synapse: Synapse,
    pub(crate) ledger: Ledger,
    pub(crate) room: MatrixRoom,
    pub(crate) store: Store,
    pub(crate) site: Site,
    pub(crate) pass_port: u16,
    pub(crate) timing: Timing,
}

/// The account of member `n`.
pub(crate) fn account(n: u8) -> Account {
    ktr_room::name::account(&SECRET, MemberId([n; 16]))
}

impl County {
    /// A county with a booted homeserver and a release in its inbox, behind the stand-in for OpenPGP.
    pub(crate) async fn with(members: u8, times: [u64; 3]) -> Self {
        let handed = Veil.encrypt_post(&archive(), &[EncryptionKey([0; 56])]);
        // Its hour counts from when the homeserver runs, however long a loaded machine takes to boot it.
        let synapse = Synapse::boot().await;
        let ledger = Ledger::with(members, times, &archive());
        Self::on(synapse, Veil, ledger, &handed.expect("cipher")).await
    }
}

impl<C: Cipher + Clone + 'static> County<C> {
    /// A county with a cipher, a chain, and what the release desk handed over.
    pub(crate) async fn of(cipher: C, ledger: Ledger, handed: &[u8]) -> Self {
        Self::on(Synapse::boot().await, cipher, ledger, handed).await
    }

    /// The same on a homeserver that runs.
    pub(crate) async fn on(synapse: Synapse, cipher: C, ledger: Ledger, handed: &[u8]) -> Self {
        let folder = synapse.folder.path();
        let store = Store::open(&folder.join("state")).expect("store");
        let mut site = lay_out(folder, &synapse.data(), handed);
        site.residue.secure_delete = synapse.wipes();
        let pass_port = free_port().expect("port");
        let listener = passes::bind(pass_port).await.expect("port");
        tokio::spawn(passes::serve(listener, site.passes.clone()));
        let room = synapse.bot().await;
        Self {
            cipher,
            synapse,
            ledger,
            room,
            store,
            site,
            pass_port,
            timing: Timing {
                batch_secs: 2,
                joins_close_secs: 3,
                report_joined_secs: 2,
                ..Timing::localnet()
            },
        }
    }

    /// A sidecar that goes on from what is on disk.
    pub(crate) fn sidecar(&self) -> Sidecar<Ledger, MatrixRoom, C, SystemClock> {
        let ports = Ports {
            chain: self.ledger.clone(),
            room: self.room.clone(),
            cipher: self.cipher.clone(),
            clock: SystemClock,
        };
        let policy = RoomPolicy {
            timing: self.timing,
        };
        Sidecar::open(ports, self.site.clone(), policy, self.store.clone()).expect("sidecar")
    }

    /// Runs a sidecar in the background; aborting the task is its SIGKILL.
    pub(crate) fn start(&self) -> tokio::task::JoinHandle<()> {
        let mut sidecar = self.sidecar();
        tokio::spawn(async move {
            run(&mut sidecar, &mut None, std::future::pending())
                .await
                .expect("loop");
        })
    }

    /// What stays of the session once it is done.
    pub(crate) fn remnant(&self) -> Option<Remnant> {
        self.store.done().expect("done").into_iter().next()
    }
}
