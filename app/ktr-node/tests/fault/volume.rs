//! What is on a disk, and what only the system over it has in its memory: a file system that keeps a journal.
//! It mounts nothing (`disk.rs` does), and does not know who writes.
//!
//! The rule is that of ext4 and XFS, on which nodes run. Names, owners, modes and cuts come to the disk in the order in which they were made,
//! and a sync of any file or folder brings all of them up to then. The octets of a file come with a sync of that file, and with nothing else:
//! a file that was renamed into its place and never synced has its new name and no octets. A sync of the octets alone (`fdatasync`) leaves the
//! names where they are, if the file has a name on the disk and its length.
//!
//! When the power goes, nothing else stays; or a draw says how many of the changes after the last sync stay, in their order, and of each
//! page that was not synced whether it is lost, torn between two sectors, or kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::{OsStr, OsString},
    mem,
};

use ktr_testkit::Dice;

/// What there is at a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    File,
    Folder,
    Socket,
}

/// Whose it is, and what others may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Owned {
    pub(super) bits: u16,
    pub(super) owner: u32,
    pub(super) group: u32,
}

/// A file, a folder or a socket.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) owned: Owned,
    /// Of a file.
    pub(super) octets: Vec<u8>,
    /// Of a folder. Nothing has two names.
    pub(super) names: BTreeMap<OsString, u64>,
}

impl Node {
    pub(super) const fn new(kind: Kind, owned: Owned) -> Self {
        Self {
            kind,
            owned,
            octets: Vec::new(),
            names: BTreeMap::new(),
        }
    }
}

/// A name in the folder of a number.
pub(super) type Place = (u64, OsString);

/// What goes through the journal.
#[derive(Debug)]
enum Change {
    Made {
        place: Place,
        number: u64,
        node: Node,
    },
    Removed {
        place: Place,
    },
    Moved {
        from: Place,
        to: Place,
    },
    Owned {
        number: u64,
        owned: Owned,
    },
    Cut {
        number: u64,
        length: usize,
    },
}

impl Change {
    fn cuts(&self, file: u64) -> bool {
        matches!(self, Self::Cut { number, .. } if *number == file)
    }
}

/// Everything by its number, also what has no name any more.
#[derive(Clone, Debug)]
struct Tree(BTreeMap<u64, Node>);

impl Tree {
    fn apply(&mut self, change: &Change) {
        match change {
            Change::Made {
                place,
                number,
                node,
            } => {
                self.0.insert(*number, node.clone());
                self.names(place.0).insert(place.1.clone(), *number);
            }
            Change::Removed { place } => {
                self.names(place.0).remove(&place.1);
            }
            Change::Moved { from, to } => {
                let number = self.names(from.0).remove(&from.1).unwrap();
                self.names(to.0).insert(to.1.clone(), number);
            }
            Change::Owned { number, owned } => self.at(*number).owned = *owned,
            Change::Cut { number, length } => self.at(*number).octets.resize(*length, 0),
        }
    }

    fn at(&mut self, number: u64) -> &mut Node {
        self.0.get_mut(&number).unwrap()
    }

    fn names(&mut self, folder: u64) -> &mut BTreeMap<OsString, u64> {
        &mut self.at(folder).names
    }

    /// Only what has a name.
    fn named(&self) -> Self {
        let (mut named, mut ahead) = (BTreeMap::new(), vec![ROOT]);
        while let Some(number) = ahead.pop() {
            let node = &self.0[&number];
            ahead.extend(node.names.values());
            named.insert(number, node.clone());
        }
        Self(named)
    }
}

/// What a sync does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Syncing {
    Honest,
    /// It says that all is well, and does nothing.
    Lies,
}

/// What one loss of power, or several, took away.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Lost {
    /// Changes of the journal.
    pub(super) changes: usize,
    /// Pages, in part or whole.
    pub(super) pages: usize,
}

impl Lost {
    pub(super) const fn add(&mut self, more: Self) {
        self.changes += more.changes;
        self.pages += more.pages;
    }
}

/// A file system: as programs see it, and as it is on the disk.
pub(super) struct Volume {
    syncing: Syncing,
    live: Tree,
    stored: Tree,
    /// What was done to `live` and not to `stored`, but for octets.
    journal: Vec<Change>,
    /// Pages of which the octets are not stored, by file.
    dirty: BTreeMap<u64, BTreeSet<usize>>,
    /// The folder below which no file grows, if there is one.
    full: Option<u64>,
    next: u64,
}

impl Volume {
    /// An empty folder.
    pub(super) fn new(syncing: Syncing, owned: Owned) -> Self {
        let root = BTreeMap::from([(ROOT, Node::new(Kind::Folder, owned))]);
        Self {
            syncing,
            live: Tree(root.clone()),
            stored: Tree(root),
            journal: Vec::new(),
            dirty: BTreeMap::new(),
            full: None,
            next: FIRST,
        }
    }

    pub(super) fn node(&self, number: u64) -> Option<&Node> {
        self.live.0.get(&number)
    }

    pub(super) fn child(&self, folder: u64, name: &OsStr) -> Option<u64> {
        self.node(folder)?.names.get(name).copied()
    }

    /// Gives the number, which no other node ever has.
    pub(super) fn make(&mut self, place: Place, node: Node) -> u64 {
        let number = self.next;
        self.next += 1;
        self.change(Change::Made {
            place,
            number,
            node,
        });
        number
    }

    /// Whoever has it open goes on with it.
    pub(super) fn remove(&mut self, place: Place) {
        self.change(Change::Removed { place });
    }

    /// What had the new name has none then.
    pub(super) fn rename(&mut self, from: Place, to: Place) {
        self.change(Change::Moved { from, to });
    }

    pub(super) fn own(&mut self, number: u64, owned: Owned) {
        self.change(Change::Owned { number, owned });
    }

    /// Makes a file shorter, or longer by zeros.
    pub(super) fn cut(&mut self, number: u64, length: usize) {
        self.change(Change::Cut { number, length });
        if let Some(pages) = self.dirty.get_mut(&number) {
            pages.retain(|page| page * PAGE < length);
        }
    }

    /// From now on no file below this folder grows. A new name, and what lies over octets that are there, need no room.
    pub(super) const fn fill(&mut self, folder: u64) {
        self.full = Some(folder);
    }

    pub(super) const fn make_room(&mut self) {
        self.full = None;
    }

    /// Whether a file may be so long.
    pub(super) fn has_room(&self, number: u64, length: usize) -> bool {
        let is_so_long = |node: &Node| node.octets.len() >= length;
        self.node(number).is_some_and(is_so_long)
            || self.full.is_none_or(|full| !self.is_below(number, full))
    }

    fn is_below(&self, number: u64, folder: u64) -> bool {
        let mut ahead = vec![folder];
        while let Some(at) = ahead.pop() {
            if at == number {
                return true;
            }
            ahead.extend(
                self.node(at)
                    .into_iter()
                    .flat_map(|node| node.names.values()),
            );
        }
        false
    }

    pub(super) fn write(&mut self, number: u64, from: usize, octets: &[u8]) {
        let Some(last) = octets.len().checked_sub(1) else {
            return;
        };
        let to = from + octets.len();
        let whole = &mut self.live.at(number).octets;
        if whole.len() < to {
            whole.resize(to, 0);
        }
        whole[from..to].copy_from_slice(octets);
        let pages = self.dirty.entry(number).or_default();
        pages.extend(from / PAGE..=(from + last) / PAGE);
    }

    /// A sync of a file, or of its octets alone.
    pub(super) fn sync(&mut self, number: u64, is_of_octets: bool) {
        if self.syncing == Syncing::Lies {
            return;
        }
        if !is_of_octets || !self.is_stored_at_length(number) {
            self.commit();
        }
        let octets = &self.live.0[&number].octets;
        let stored = &mut self.stored.at(number).octets;
        stored.resize(octets.len(), 0);
        for page in self.dirty.remove(&number).unwrap_or_default() {
            let (from, to) = (page * PAGE, octets.len().min((page + 1) * PAGE));
            stored[from..to].copy_from_slice(&octets[from..to]);
        }
    }

    /// A sync of a folder.
    pub(super) fn sync_folder(&mut self) {
        if self.syncing == Syncing::Honest {
            self.commit();
        }
    }

    /// Everything is on the disk, as after the half minute in which a system writes by itself.
    pub(super) fn settle(&mut self) {
        self.stored = self.live.clone();
        self.journal.clear();
        self.dirty.clear();
    }

    /// What was not synced is gone, all of it or what is drawn.
    pub(super) fn lose_power(&mut self, mut drawn: Option<&mut Dice>) -> Lost {
        let changes = self.journal.len();
        let kept = drawn
            .as_deref_mut()
            .map_or(0, |dice| dice.below(changes + 1));
        let gone = self.journal.split_off(kept);
        self.commit();
        let mut lost = Lost {
            changes: gone.len(),
            pages: 0,
        };
        for (number, pages) in mem::take(&mut self.dirty) {
            // What follows a cut lies elsewhere on the disk, and is the file's only with the cut.
            let is_apart = gone.iter().any(|change| change.cuts(number));
            let stored = self.stored.0.get_mut(&number).filter(|_| !is_apart);
            let Some(stored) = stored else {
                lost.pages += pages.len();
                continue;
            };
            let octets = &self.live.0[&number].octets;
            for page in pages {
                let from = page * PAGE;
                let kept = drawn.as_deref_mut().map_or(0, sectors);
                let end = octets.len().min(from + PAGE);
                let to = end.min(from + kept * SECTOR);
                lost.pages += usize::from(to < end);
                overwrite(&mut stored.octets, from, &octets[from..to]);
            }
        }
        self.stored = self.stored.named();
        self.live = self.stored.clone();
        lost
    }

    fn change(&mut self, change: Change) {
        self.live.apply(&change);
        self.journal.push(change);
    }

    fn commit(&mut self) {
        for change in self.journal.drain(..) {
            self.stored.apply(&change);
        }
    }

    fn is_stored_at_length(&self, number: u64) -> bool {
        let length = |tree: &Tree| tree.0.get(&number).map(|node| node.octets.len());
        let is_cut = self.journal.iter().any(|change| change.cuts(number));
        !is_cut && length(&self.stored) == length(&self.live)
    }
}

/// Nothing grows for the sake of no octets.
fn overwrite(whole: &mut Vec<u8>, from: usize, octets: &[u8]) {
    if octets.is_empty() {
        return;
    }
    let to = from + octets.len();
    if whole.len() < to {
        whole.resize(to, 0);
    }
    whole[from..to].copy_from_slice(octets);
}

/// Of a page, how many sectors stay: none, some, or all.
fn sectors(dice: &mut Dice) -> usize {
    match dice.below(3) {
        0 => 0,
        1 => 1 + dice.below(SECTORS - 1),
        _ => SECTORS,
    }
}

#[test]
fn a_sync_of_one_file_brings_every_change_of_names_before_it_and_no_other_octets() {
    // given a file on the disk
    let mut volume = sample();
    let old = file(&mut volume, "state", b"old");
    volume.sync(old, false);
    // when another one takes its place without a sync, and a third one is synced
    file(&mut volume, "next", b"new");
    volume.rename(at("next"), at("state"));
    let log = file(&mut volume, "log", b"signed");
    volume.sync(log, false);
    // and one is made after it
    file(&mut volume, "late", b"late");
    let lost = volume.lose_power(None);
    // then
    assert_eq!(read(&volume, "state"), Some(&b""[..]));
    assert_eq!(read(&volume, "next"), None);
    assert_eq!(read(&volume, "log"), Some(&b"signed"[..]));
    assert_eq!(read(&volume, "late"), None);
    assert_eq!(
        lost,
        Lost {
            changes: 1,
            pages: 2
        }
    );
}

#[test]
fn a_sync_of_octets_alone_brings_no_name_of_another_file() {
    let mut volume = sample();
    let log = file(&mut volume, "log", b"one");
    volume.sync(log, true);
    assert!(volume.journal.is_empty(), "it had no name before");
    file(&mut volume, "other", b"");
    volume.write(log, 0, b"two");
    volume.sync(log, true);
    volume.lose_power(None);
    assert_eq!(read(&volume, "log"), Some(&b"two"[..]));
    assert_eq!(read(&volume, "other"), None);
}

#[test]
fn whatever_a_loss_of_power_draws_it_leaves_what_was_synced_and_names_in_their_order() {
    let (synced, whole) = (10_000, 20_000);
    let (mut lengths, mut names) = (BTreeSet::new(), BTreeSet::new());
    for seed in 0..300 {
        let mut volume = sample();
        let log = file(&mut volume, "log", &vec![7; synced]);
        volume.sync(log, false);
        volume.write(log, synced, &vec![9; whole - synced]);
        for name in ["a", "b", "c"] {
            file(&mut volume, name, b"");
        }
        volume.lose_power(Some(&mut Dice::new(seed)));
        let log = read(&volume, "log").unwrap();
        let (before, after) = log.split_at(synced);
        assert!(before.iter().all(|octet| *octet == 7), "seed {seed}");
        let is_drawn = after.iter().all(|octet| [0, 9].contains(octet));
        assert!(is_drawn, "seed {seed}");
        lengths.insert(log.len());
        let there = ["a", "b", "c"].map(|name| read(&volume, name).is_some());
        assert!(there.is_sorted_by(|one, next| one >= next), "seed {seed}");
        names.insert(there);
    }
    // then nothing, everything and torn pages were drawn
    assert!(lengths.contains(&synced) && lengths.contains(&whole));
    let is_torn = |length: &usize| {
        *length > synced && !length.is_multiple_of(PAGE) && length.is_multiple_of(SECTOR)
    };
    assert!(lengths.iter().any(is_torn));
    assert_eq!(names.len(), 4);
}

#[test]
fn a_file_that_is_written_anew_without_a_sync_is_the_old_one_or_the_new_one_or_empty() {
    let left = |seed: u64| {
        let mut volume = sample();
        let config = file(&mut volume, "config", b"the old one");
        volume.sync(config, false);
        volume.cut(config, 0);
        volume.write(config, 0, b"new");
        volume.lose_power(Some(&mut Dice::new(seed)));
        read(&volume, "config").unwrap().to_vec()
    };
    let left: BTreeSet<Vec<u8>> = (0..100).map(left).collect();
    let all = [&b""[..], b"new", b"the old one"].map(<[u8]>::to_vec);
    assert_eq!(left, BTreeSet::from(all));
}

#[test]
fn no_file_below_a_full_folder_grows_and_others_do() {
    let mut volume = sample();
    let folder = volume.make(at("engine"), Node::new(Kind::Folder, SAMPLE));
    let place = (folder, OsString::from("log"));
    let below = volume.make(place, Node::new(Kind::File, SAMPLE));
    volume.write(below, 0, b"four");
    let beside = file(&mut volume, "log", b"four");
    volume.fill(folder);
    assert!(volume.has_room(below, 4));
    assert!(!volume.has_room(below, 5));
    assert!(volume.has_room(beside, 5));
    volume.make_room();
    assert!(volume.has_room(below, 5));
}

fn sample() -> Volume {
    Volume::new(Syncing::Honest, SAMPLE)
}

fn at(name: &str) -> Place {
    (ROOT, OsString::from(name))
}

fn file(volume: &mut Volume, name: &str, octets: &[u8]) -> u64 {
    let number = volume.make(at(name), Node::new(Kind::File, SAMPLE));
    volume.write(number, 0, octets);
    number
}

fn read<'a>(volume: &'a Volume, name: &str) -> Option<&'a [u8]> {
    let number = volume.child(ROOT, OsStr::new(name))?;
    Some(volume.node(number)?.octets.as_slice())
}

const SAMPLE: Owned = Owned {
    bits: 0o700,
    owner: 0,
    group: 0,
};

/// The folder that is mounted.
pub(super) const ROOT: u64 = 1;
/// And the first number of what is in it: 2 is no node's, so that a listing has a place for `..`.
const FIRST: u64 = 3;

/// Octets that the system writes at once, and those that a disk writes at once.
const PAGE: usize = 4_096;
const SECTOR: usize = 512;
const SECTORS: usize = PAGE / SECTOR;
