//! A disk whose power goes: a file system in this process, mounted below engine and store, over the model of `volume.rs`.
//! The kernel caches what is read and hands over each write at once; a file system that is mounted anew finds no cache. Where nothing may
//! be mounted there is nothing to lose, and a skip is counted.
//!
//! What is not answered the kernel does by itself (locks) or does without (space that is set aside, attributes beyond the usual).
//! Times are not kept.

#![expect(
    clippy::disallowed_types,
    clippy::print_stderr,
    reason = "test code; the trait names the system's time"
)]

use std::{
    ffi::OsStr,
    fs, io,
    os::unix::fs::MetadataExt,
    path::Path,
    process,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use fuser::{
    BackgroundSession, BsdFileFlags, Config, Errno, FileAttr, FileHandle, FileType, Filesystem,
    FopenFlags, Generation, INodeNo, LockOwner, MountOption, OpenFlags, RenameFlags, ReplyAttr,
    ReplyCreate, ReplyData, ReplyDirectory, ReplyEmpty, ReplyEntry, ReplyStatfs, ReplyWrite,
    Request, TimeOrNow, WriteFlags,
};
use ktr_testkit::{Dice, wait};
use nix::{
    fcntl::OFlag,
    mount::{MntFlags, umount, umount2},
};
use tempfile::TempDir;

use super::volume::{Kind, Lost, Node, Owned, ROOT, Syncing, Volume};

/// A mounted folder, and what of it is on the disk.
pub(super) struct Disk {
    volume: Arc<Mutex<Volume>>,
    session: Option<BackgroundSession>,
    folder: TempDir,
}

impl Disk {
    /// An empty one; `None` if this machine mounts nothing.
    pub(super) fn mounted(syncing: Syncing) -> Option<Self> {
        sweep();
        let folder = tempfile::Builder::new().prefix("ktr").tempdir().unwrap();
        let made = fs::metadata(folder.path()).unwrap();
        let owned = Owned {
            bits: 0o700,
            owner: made.uid(),
            group: made.gid(),
        };
        let mut disk = Self {
            volume: Arc::new(Mutex::new(Volume::new(syncing, owned))),
            session: None,
            folder,
        };
        match disk.mount() {
            Ok(()) => Some(disk),
            // Where it may be done, it has to work.
            Err(why) => {
                let refused = [io::ErrorKind::PermissionDenied, io::ErrorKind::NotFound];
                assert!(refused.contains(&why.kind()), "{why}");
                eprintln!("SKIPPED 1: no file system may be mounted here: {why}");
                None
            }
        }
    }

    /// The folder.
    pub(super) fn home(&self) -> &Path {
        self.folder.path()
    }

    /// Everything is on the disk, whoever synced it.
    pub(super) fn settle(&self) {
        held(&self.volume).settle();
    }

    /// From now on no file below this folder of it grows.
    pub(super) fn fill(&self, folder: &str) {
        let mut volume = held(&self.volume);
        let number = volume.child(ROOT, OsStr::new(folder)).unwrap();
        volume.fill(number);
    }

    pub(super) fn make_room(&self) {
        held(&self.volume).make_room();
    }

    /// What was not synced is gone, all of it or what is drawn. Whoever had a file open has ended, or does so now.
    pub(super) fn lose_power(&mut self, drawn: Option<&mut Dice>) -> Lost {
        wait::until("nobody has a file of the disk open", RELEASED_SECS, || {
            umount(self.home()).ok()
        });
        let session = self.session.take().unwrap();
        wait::until("no other namespace has the disk", RELEASED_SECS, || {
            session.guard.is_finished().then_some(())
        });
        session.join().unwrap();
        let lost = held(&self.volume).lose_power(drawn);
        self.mount().unwrap();
        lost
    }

    fn mount(&mut self) -> io::Result<()> {
        // Another user could mount by a program of the system, and not take it away as it is done here.
        if fs::metadata(self.home())?.uid() != 0 {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let mut options = Config::default();
        options.mount_options = vec![
            MountOption::FSName(format!("{PREFIX}{}", process::id())),
            MountOption::DefaultPermissions,
        ];
        let mounted = Mounted(Arc::clone(&self.volume));
        self.session = Some(fuser::spawn_mount(mounted, self.home(), &options)?);
        Ok(())
    }
}

impl Drop for Disk {
    /// Also of a test that failed while somebody has a file of it open.
    fn drop(&mut self) {
        if self.session.is_some()
            && let Err(why) = umount2(self.home(), MntFlags::MNT_DETACH)
        {
            eprintln!("{} stays mounted: {why}", self.home().display());
        }
    }
}

/// What the kernel asks, one question after the other.
struct Mounted(Arc<Mutex<Volume>>);

impl Mounted {
    fn volume(&self) -> MutexGuard<'_, Volume> {
        held(&self.0)
    }

    /// Something new with nothing in it.
    fn made(
        &self,
        request: &Request,
        (folder, name): (INodeNo, &OsStr),
        kind: Kind,
        mode: u32,
    ) -> Result<FileAttr, Errno> {
        let mut volume = self.volume();
        if volume.child(folder.0, name).is_some() {
            return Err(Errno::EEXIST);
        }
        let owned = Owned {
            bits: bits(mode),
            owner: request.uid(),
            group: request.gid(),
        };
        let number = volume.make((folder.0, name.to_owned()), Node::new(kind, owned));
        attributes(&volume, number)
    }

    /// Takes a name away, if what has it has none in it itself.
    fn removed(&self, folder: INodeNo, name: &OsStr) -> Result<(), Errno> {
        let mut volume = self.volume();
        let number = volume.child(folder.0, name).ok_or(Errno::ENOENT)?;
        must_be_empty(&volume, number)?;
        volume.remove((folder.0, name.to_owned()));
        Ok(())
    }

    fn renamed(
        &self,
        (folder, name): (INodeNo, &OsStr),
        (other, next): (INodeNo, &OsStr),
        flags: RenameFlags,
    ) -> Result<(), Errno> {
        let mut volume = self.volume();
        if !RenameFlags::RENAME_NOREPLACE.contains(flags) {
            return Err(Errno::EINVAL);
        }
        if volume.child(folder.0, name).is_none() {
            return Err(Errno::ENOENT);
        }
        if let Some(there) = volume.child(other.0, next) {
            if flags.contains(RenameFlags::RENAME_NOREPLACE) {
                return Err(Errno::EEXIST);
            }
            must_be_empty(&volume, there)?;
        }
        volume.rename((folder.0, name.to_owned()), (other.0, next.to_owned()));
        Ok(())
    }
}

impl Filesystem for Mounted {
    fn lookup(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let volume = self.volume();
        let found = volume.child(parent.0, name).ok_or(Errno::ENOENT);
        entered(reply, found.and_then(|number| attributes(&volume, number)));
    }

    fn getattr(&self, _: &Request, ino: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        match attributes(&self.volume(), ino.0) {
            Ok(found) => reply.attr(&KEPT, &found),
            Err(error) => reply.error(error),
        }
    }

    fn setattr(
        &self,
        request: &Request,
        ino: INodeNo,
        mode: Option<u32>,
        owner: Option<u32>,
        group: Option<u32>,
        size: Option<u64>,
        _: Option<TimeOrNow>,
        _: Option<TimeOrNow>,
        _: Option<SystemTime>,
        handle: Option<FileHandle>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let mut volume = self.volume();
        let Some(Node { owned: before, .. }) = volume.node(ino.0) else {
            reply.error(Errno::ENOENT);
            return;
        };
        let now = Owned {
            bits: mode.map_or(before.bits, bits),
            owner: owner.unwrap_or(before.owner),
            group: group.unwrap_or(before.group),
        };
        if now != *before {
            volume.own(ino.0, now);
        }
        if let Some(size) = size {
            volume.cut(ino.0, usize::try_from(size).unwrap());
        }
        drop(volume);
        self.getattr(request, ino, handle, reply);
    }

    /// A socket, or a file.
    fn mknod(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        _: u32,
        _: u32,
        reply: ReplyEntry,
    ) {
        let kind = match mode & KIND_BITS {
            SOCKET_BITS => Kind::Socket,
            FILE_BITS => Kind::File,
            _ => {
                reply.error(Errno::EPERM);
                return;
            }
        };
        entered(reply, self.made(request, (parent, name), kind, mode));
    }

    fn mkdir(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        _: u32,
        reply: ReplyEntry,
    ) {
        entered(
            reply,
            self.made(request, (parent, name), Kind::Folder, mode),
        );
    }

    fn unlink(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        done(reply, self.removed(parent, name));
    }

    fn rmdir(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        done(reply, self.removed(parent, name));
    }

    fn rename(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        newparent: INodeNo,
        newname: &OsStr,
        flags: RenameFlags,
        reply: ReplyEmpty,
    ) {
        let renamed = self.renamed((parent, name), (newparent, newname), flags);
        done(reply, renamed);
    }

    fn create(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        _: u32,
        _: i32,
        reply: ReplyCreate,
    ) {
        match self.made(request, (parent, name), Kind::File, mode) {
            Ok(file) => {
                let (handle, flags) = (FileHandle(0), FopenFlags::empty());
                reply.created(&KEPT, &file, Generation(0), handle, flags);
            }
            Err(error) => reply.error(error),
        }
    }

    fn read(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let volume = self.volume();
        let Some(node) = volume.node(ino.0) else {
            reply.error(Errno::ENOENT);
            return;
        };
        let end = node.octets.len();
        let from = usize::try_from(offset).unwrap().min(end);
        let to = end.min(from + usize::try_from(size).unwrap());
        reply.data(&node.octets[from..to]);
    }

    fn write(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        data: &[u8],
        _: WriteFlags,
        flags: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        let mut volume = self.volume();
        let from = usize::try_from(offset).unwrap();
        if !volume.has_room(ino.0, from + data.len()) {
            reply.error(Errno::ENOSPC);
            return;
        }
        volume.write(ino.0, from, data);
        // A file that was opened so is synced by each write.
        let flags = OFlag::from_bits_retain(flags.0);
        if flags.contains(OFlag::O_DSYNC) {
            volume.sync(ino.0, !flags.contains(OFlag::O_SYNC));
        }
        reply.written(u32::try_from(data.len()).unwrap());
    }

    fn fsync(&self, _: &Request, ino: INodeNo, _: FileHandle, datasync: bool, reply: ReplyEmpty) {
        self.volume().sync(ino.0, datasync);
        reply.ok();
    }

    fn fsyncdir(&self, _: &Request, _: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        self.volume().sync_folder();
        reply.ok();
    }

    /// In the order of numbers, each of which is the place from which a listing goes on: what is removed meanwhile moves nothing.
    fn readdir(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        mut reply: ReplyDirectory,
    ) {
        let volume = self.volume();
        let Some(node) = volume.node(ino.0) else {
            reply.error(Errno::ENOENT);
            return;
        };
        let mut listed = vec![(1, OsStr::new(".")), (2, OsStr::new(".."))];
        listed.extend(
            node.names
                .iter()
                .map(|(name, number)| (*number, name.as_os_str())),
        );
        listed.retain(|(number, _)| *number > offset);
        listed.sort_unstable();
        for (number, name) in listed {
            let kind = volume.node(number).map_or(Kind::Folder, |node| node.kind);
            if reply.add(INodeNo(number), number, kind_of(kind), name) {
                break;
            }
        }
        reply.ok();
    }

    /// Nobody finds it full who only asks.
    fn statfs(&self, _: &Request, _: INodeNo, reply: ReplyStatfs) {
        let (blocks, files) = (1 << 26, 1 << 20);
        reply.statfs(blocks, blocks, blocks, files, files, 4_096, 255, 4_096);
    }
}

fn held(volume: &Mutex<Volume>) -> MutexGuard<'_, Volume> {
    volume.lock().unwrap_or_else(PoisonError::into_inner)
}

fn entered(reply: ReplyEntry, found: Result<FileAttr, Errno>) {
    match found {
        Ok(found) => reply.entry(&KEPT, &found, Generation(0)),
        Err(error) => reply.error(error),
    }
}

fn done(reply: ReplyEmpty, done: Result<(), Errno>) {
    match done {
        Ok(()) => reply.ok(),
        Err(error) => reply.error(error),
    }
}

fn must_be_empty(volume: &Volume, number: u64) -> Result<(), Errno> {
    match volume.node(number) {
        Some(node) if !node.names.is_empty() => Err(Errno::ENOTEMPTY),
        Some(_) | None => Ok(()),
    }
}

fn attributes(volume: &Volume, number: u64) -> Result<FileAttr, Errno> {
    let node = volume.node(number).ok_or(Errno::ENOENT)?;
    let size = u64::try_from(node.octets.len()).unwrap_or(u64::MAX);
    Ok(FileAttr {
        ino: INodeNo(number),
        size,
        blocks: size.div_ceil(512),
        atime: UNIX_EPOCH,
        mtime: UNIX_EPOCH,
        ctime: UNIX_EPOCH,
        crtime: UNIX_EPOCH,
        kind: kind_of(node.kind),
        perm: node.owned.bits,
        nlink: if node.kind == Kind::Folder { 2 } else { 1 },
        uid: node.owned.owner,
        gid: node.owned.group,
        rdev: 0,
        blksize: 4_096,
        flags: 0,
    })
}

const fn kind_of(kind: Kind) -> FileType {
    match kind {
        Kind::File => FileType::RegularFile,
        Kind::Folder => FileType::Directory,
        Kind::Socket => FileType::Socket,
    }
}

/// What of a mode says who may do what.
fn bits(mode: u32) -> u16 {
    u16::try_from(mode & 0o7777).unwrap()
}

/// Takes away what a run left mounted that was killed.
fn sweep() {
    // `ktr-disk-4711 /tmp/ktrAbCdEf fuse rw,...`
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap();
    for line in mounts.lines() {
        let mut words = line.split(' ');
        let run = words.next().and_then(|name| name.strip_prefix(PREFIX));
        if let (Some(run), Some(place)) = (run, words.next())
            && !Path::new("/proc").join(run).exists()
            && let Err(why) = umount2(place, MntFlags::MNT_DETACH)
        {
            eprintln!("{place} stays mounted: {why}");
        }
    }
}

#[test]
fn what_was_synced_outlives_a_loss_of_power_and_what_was_not_is_gone() {
    use std::{
        fs::{File, OpenOptions},
        io::Write,
        os::unix::{
            fs::{FileTypeExt, OpenOptionsExt, PermissionsExt},
            net::{UnixListener, UnixStream},
        },
    };
    let Some(mut disk) = Disk::mounted(Syncing::Honest) else {
        return;
    };
    let at = |name: &str| disk.home().join(name);
    // given a file that is synced in part, one of which each write is, and one that took another's place
    let mut file = File::create(at("part")).unwrap();
    file.write_all(b"synced").unwrap();
    file.sync_all().unwrap();
    file.write_all(b", and not").unwrap();
    let mut each = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .custom_flags(OFlag::O_SYNC.bits())
        .open(at("next"))
        .unwrap();
    each.write_all(b"state").unwrap();
    drop(each);
    fs::write(at("state"), "before").unwrap();
    fs::rename(at("next"), at("state")).unwrap();
    // and a folder of many names that comes and goes, a file that is cut, and a socket that answers
    fs::create_dir(at("many")).unwrap();
    for number in 0..500 {
        fs::write(at("many").join(format!("a longer name, {number}")), "").unwrap();
    }
    fs::remove_dir_all(at("many")).unwrap();
    file.set_len(4).unwrap();
    let listener = UnixListener::bind(at("socket")).unwrap();
    drop((UnixStream::connect(at("socket")).unwrap(), listener));
    file.sync_data().unwrap();
    // and after all syncs one that is never synced
    fs::write(at("late"), "late").unwrap();
    assert_eq!(fs::read(at("late")).unwrap(), b"late");
    drop(file);
    // when
    let lost = disk.lose_power(None);
    // then
    let at = |name: &str| disk.home().join(name);
    assert_eq!(fs::read(at("part")).unwrap(), b"sync");
    assert_eq!(fs::read(at("state")).unwrap(), b"state");
    let mode = fs::metadata(at("state")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(fs::metadata(at("socket")).unwrap().file_type().is_socket());
    let mut names: Vec<_> = fs::read_dir(disk.home())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["part", "socket", "state"]);
    assert_eq!(lost.changes, 1);
}

#[test]
fn a_disk_that_lies_about_a_sync_loses_what_was_synced() {
    let Some(mut disk) = Disk::mounted(Syncing::Lies) else {
        return;
    };
    fs::write(disk.home().join("settled"), "settled").unwrap();
    disk.settle();
    let path = disk.home().join("synced");
    fs::write(&path, "synced").unwrap();
    fs::File::open(&path).unwrap().sync_all().unwrap();
    disk.lose_power(None);
    assert!(!path.exists());
    let settled = fs::read(disk.home().join("settled")).unwrap();
    assert_eq!(settled, b"settled");
}

#[test]
fn a_write_that_finds_no_room_fails_by_name_and_leaves_the_file_as_it_was() {
    use std::{fs::OpenOptions, io::Write};
    let Some(disk) = Disk::mounted(Syncing::Honest) else {
        return;
    };
    let (folder, beside) = (disk.home().join("engine"), disk.home().join("beside"));
    let path = folder.join("log");
    fs::create_dir(&folder).unwrap();
    fs::write(&path, "before").unwrap();
    // when the folder is full
    disk.fill("engine");
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    let why = file.write_all(b", after").unwrap_err();
    // then
    assert_eq!(why.kind(), io::ErrorKind::StorageFull);
    assert_eq!(fs::read(&path).unwrap(), b"before");
    fs::write(beside, "beside").unwrap();
    // and with room it goes on
    disk.make_room();
    file.write_all(b", after").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"before, after");
}

/// How long the kernel may know something without asking: nobody but itself changes it.
const KEPT: Duration = Duration::from_hours(1);

/// Within which an engine whose node was killed ends by itself.
const RELEASED_SECS: u64 = 60;

/// Of the name of a mount; the process follows.
const PREFIX: &str = "ktr-disk-";

/// What of a mode says what it is of.
const KIND_BITS: u32 = 0o170_000;
const SOCKET_BITS: u32 = 0o140_000;
const FILE_BITS: u32 = 0o100_000;
