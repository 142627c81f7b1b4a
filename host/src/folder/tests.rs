//! A folder gives what is in it, and nothing else, whatever the path says.
#![allow(clippy::unwrap_used)]

use std::fs;

use tempfile::TempDir;

use super::*;

/// `outer/secret.txt`, and the folder `outer/inner` that may be used.
fn folder() -> (TempDir, Folder) {
    let outer = tempfile::tempdir().unwrap();
    fs::write(outer.path().join("secret.txt"), "secret").unwrap();
    fs::create_dir(outer.path().join("inner")).unwrap();
    let folder = Folder::open(&outer.path().join("inner")).unwrap();
    (outer, folder)
}

fn kind<T: std::fmt::Debug>(result: Result<T, FsError>) -> FsErrorKind {
    result.unwrap_err().kind
}

#[test]
fn files_are_written_read_and_removed() {
    let (_outer, folder) = folder();
    folder.write("a.txt", b"a longer one").unwrap();
    folder.write("a.txt", b"one").unwrap();
    folder.append("a.txt", b" two").unwrap();
    assert_eq!(folder.read_text("a.txt").unwrap(), "one two");
    folder.create_dir("sub/deep").unwrap();
    folder.create_dir("sub/deep").unwrap();
    folder.rename("a.txt", "sub/b.txt").unwrap();
    assert_eq!(folder.list(".").unwrap(), ["sub"]);
    assert_eq!(folder.list("sub").unwrap(), ["b.txt", "deep"]);
    let found = folder.metadata("sub/b.txt").unwrap();
    assert_eq!((found.kind, found.bytes), (Kind::File, 7));
    assert_eq!(kind(folder.remove("sub")), FsErrorKind::WrongKind);
    folder.remove("sub/b.txt").unwrap();
    folder.remove("sub/deep").unwrap();
    folder.remove("sub").unwrap();
    assert!(folder.list(".").unwrap().is_empty());
}

#[test]
fn what_is_wrong_is_told_apart() {
    let (_outer, folder) = folder();
    folder.create_dir("sub").unwrap();
    folder.write("latin", b"caf\xe9").unwrap();
    assert_eq!(kind(folder.read("none")), FsErrorKind::NotFound);
    assert_eq!(kind(folder.read("")), FsErrorKind::NotFound);
    assert_eq!(kind(folder.read("sub")), FsErrorKind::WrongKind);
    assert_eq!(kind(folder.write("sub", b"")), FsErrorKind::WrongKind);
    assert_eq!(kind(folder.list("latin")), FsErrorKind::WrongKind);
    assert_eq!(kind(folder.create_dir("latin/x")), FsErrorKind::WrongKind);
    assert_eq!(kind(folder.read("a\0b")), FsErrorKind::Failed);
    let error = folder.read_text("latin").unwrap_err();
    assert_eq!((error.kind, error.text.as_str()), (FsErrorKind::NotText, "latin: not UTF-8 at byte 3"));
    assert!(folder.remove(".").is_err());
}

#[test]
fn no_path_leads_out() {
    let (outer, folder) = folder();
    let absolute = outer.path().join("secret.txt");
    for path in ["../secret.txt", "sub/../../secret.txt", "./.././secret.txt", absolute.to_str().unwrap()] {
        folder.create_dir("sub").unwrap();
        assert_eq!(kind(folder.read(path)), FsErrorKind::Outside, "{path}");
        assert_eq!(kind(folder.write(path, b"changed")), FsErrorKind::Outside, "{path}");
        assert_eq!(kind(folder.append(path, b"changed")), FsErrorKind::Outside, "{path}");
        assert_eq!(kind(folder.metadata(path)), FsErrorKind::Outside, "{path}");
        assert_eq!(kind(folder.remove(path)), FsErrorKind::Outside, "{path}");
        assert_eq!(kind(folder.rename(path, "got")), FsErrorKind::Outside, "{path}");
        assert_eq!(kind(folder.rename("sub", path)), FsErrorKind::Outside, "{path}");
    }
    assert_eq!(kind(folder.list("..")), FsErrorKind::Outside);
    assert_eq!(kind(folder.create_dir("../made")), FsErrorKind::Outside);
    assert_eq!(fs::read_to_string(absolute).unwrap(), "secret");
    assert!(!outer.path().join("made").exists());
}

#[test]
fn large_files_are_refused_without_reading_them() {
    let (outer, folder) = folder();
    let file = fs::File::create(outer.path().join("inner/sparse")).unwrap();
    file.set_len(1 << 40).unwrap();
    assert_eq!(kind(folder.read("sparse")), FsErrorKind::TooLarge);
}

#[test]
fn errors_show_no_more_of_a_path_than_people_read() {
    let (_outer, folder) = folder();
    let error = folder.read(&"é".repeat(1 << 20)).unwrap_err();
    assert!(error.text.starts_with("éé") && error.text.chars().count() < 300, "{}", error.text.len());
}

#[test]
fn whole_folders_are_removed() {
    let (outer, folder) = folder();
    folder.create_dir("sub/deep").unwrap();
    folder.write("sub/deep/a.txt", b"a").unwrap();
    folder.remove_all("sub").unwrap();
    assert!(folder.list(".").unwrap().is_empty());
    assert_eq!(kind(folder.remove_all("sub")), FsErrorKind::NotFound);
    assert_eq!(kind(folder.remove_all("../secret.txt")), FsErrorKind::Outside);
    assert!(folder.remove_all("..").is_err());
    assert!(folder.remove_all(".").is_err());
    assert!(outer.path().join("secret.txt").exists());
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::symlink;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn links_are_followed_inside_and_not_out() {
        let (outer, folder) = folder();
        let inner = outer.path().join("inner");
        folder.write("real", b"here").unwrap();
        symlink("real", inner.join("near")).unwrap();
        symlink("../secret.txt", inner.join("far")).unwrap();
        symlink(outer.path(), inner.join("up")).unwrap();
        symlink("round", inner.join("round")).unwrap();
        assert_eq!(folder.read_text("near").unwrap(), "here");
        assert_eq!(kind(folder.read("far")), FsErrorKind::Outside);
        assert_eq!(kind(folder.write("far", b"changed")), FsErrorKind::Outside);
        assert_eq!(kind(folder.read("up/secret.txt")), FsErrorKind::Outside);
        assert_eq!(kind(folder.list("up")), FsErrorKind::Outside);
        assert_eq!(kind(folder.create_dir("up/made")), FsErrorKind::Outside);
        assert_eq!(kind(folder.read("round")), FsErrorKind::Failed);
        assert!(folder.is_link("far") && folder.is_link("round") && !folder.is_link("real"));
        folder.create_dir("full").unwrap();
        symlink("../..", inner.join("full/out")).unwrap();
        folder.remove_all("full").unwrap();
        folder.remove("far").unwrap();
        folder.remove("up").unwrap();
        assert_eq!(fs::read_to_string(outer.path().join("secret.txt")).unwrap(), "secret");
    }

    /// Somebody exchanges a folder for a link that leads out, over and over, while it is read.
    #[test]
    fn a_link_that_comes_and_goes_does_not_lead_out() {
        let (outer, folder) = folder();
        let inner = outer.path().join("inner");
        fs::create_dir(inner.join("real")).unwrap();
        fs::write(inner.join("real/secret.txt"), "harmless").unwrap();
        symlink("..", inner.join("evil")).unwrap();
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    fs::rename(inner.join("real"), inner.join("here")).unwrap();
                    fs::rename(inner.join("here"), inner.join("real")).unwrap();
                    fs::rename(inner.join("evil"), inner.join("here")).unwrap();
                    fs::rename(inner.join("here"), inner.join("evil")).unwrap();
                }
            });
            for _ in 0..5_000 {
                assert_ne!(folder.read("here/secret.txt").ok().as_deref(), Some(&b"secret"[..]));
            }
            is_over.store(true, Ordering::Relaxed);
        });
    }

    #[test]
    fn what_is_no_file_is_not_waited_for() {
        use nix::sys::stat::Mode;
        let (outer, folder) = folder();
        nix::unistd::mkfifo(&outer.path().join("inner/pipe"), Mode::S_IRWXU).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(outer.path().join("inner/socket")).unwrap();
        for path in ["pipe", "socket"] {
            assert_eq!(kind(folder.read(path)), FsErrorKind::WrongKind);
            assert_eq!(kind(folder.write(path, b"x")), FsErrorKind::WrongKind);
            assert_eq!(kind(folder.append(path, b"x")), FsErrorKind::WrongKind);
            assert_eq!(folder.metadata(path).unwrap().kind, Kind::Other);
        }
    }

    #[test]
    fn devices_are_not_read() {
        let folder = Folder::open(Path::new("/dev")).unwrap();
        assert_eq!(kind(folder.read("zero")), FsErrorKind::WrongKind);
        assert_eq!(kind(folder.write("null", b"x")), FsErrorKind::WrongKind);
    }
}
