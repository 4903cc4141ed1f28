//! A static file server, as plain as any host that the page may end up on.
//!
//! It adds nothing that the page could come to rely on: no headers but the type and `no-cache`
//! (so that a rebuilt page shows at once), no rewriting of addresses. It compresses as hosts do, so
//! that what is measured here is what a visit costs. It listens on this machine
//! only. The browser tests mount the page below a folder as well, because that is where teaching
//! sites put things.

use crate::size;
use anyhow::{Context, Result, bail};
use oxhttp::model::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use oxhttp::model::{Body, Method, Request, Response, StatusCode};
use oxhttp::{ListeningServer, Server};
use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

pub(crate) const DEFAULT_PORT: u16 = 8080;

/// How many ports after a taken one are tried.
const PORTS_TRIED: u16 = 50;

/// How hard files are compressed: nearly as well as can be, in a fraction of the time.
const QUALITY: i32 = 9;

/// Files as they are, and as they are sent.
type Compressed = Arc<Mutex<BTreeMap<PathBuf, (Vec<u8>, Vec<u8>)>>>;

/// A folder of files and the path below which they are found, which begins and ends with `/`.
#[derive(Clone)]
struct Site {
    folder: PathBuf,
    mount: String,
    compressed: Compressed,
}

impl Site {
    fn new(folder: &Path, mount: &str) -> Site {
        let (folder, mount) = (folder.to_path_buf(), mount.to_string());
        Site { folder, mount, compressed: Compressed::default() }
    }

    /// A file's bytes, compressed if that is asked for; none where there is no such file.
    fn read(&self, name: &Path, compressed: bool) -> Option<Vec<u8>> {
        let path = self.folder.join(name);
        let bytes = fs::read(&path).ok()?;
        if !compressed {
            return Some(bytes);
        }
        let mut known = self.compressed.lock().ok()?;
        if known.get(&path).is_none_or(|(then, _)| *then != bytes) {
            let sent = size::compressed(&bytes, QUALITY).ok()?;
            known.insert(path.clone(), (bytes, sent));
        }
        known.get(&path).map(|(_, bytes)| bytes.clone())
    }
}

/// Serves a folder below `mount` on a free port of this machine, as long as this program runs, and
/// tells its address.
pub(crate) fn in_background(folder: &Path, mount: &str) -> Result<String> {
    let (_, port) = listen(Site::new(folder, mount), 0)?;
    Ok(format!("http://127.0.0.1:{port}{mount}"))
}

/// Serves a folder until the person stops it.
pub(crate) fn forever(folder: &Path, port: u16) -> Result<()> {
    let (server, port) = listen(Site::new(folder, "/"), port)?;
    println!("\nLockstep is at http://127.0.0.1:{port}/ (Ctrl-C stops it)");
    server.join().context("the server has stopped")
}

/// Takes the given port of this machine, or the next one that is free; 0 for any.
fn listen(site: Site, first: u16) -> Result<(ListeningServer, u16)> {
    let site = Arc::new(site);
    for port in first..=first.saturating_add(PORTS_TRIED) {
        let Some(port) = free(port) else { continue };
        let site = Arc::clone(&site);
        let server = Server::new(move |request| answer(request, &site));
        // Somebody else may have taken it meanwhile: then the next will do.
        if let Ok(server) = server.bind((Ipv4Addr::LOCALHOST, port)).spawn() {
            return Ok((server, port));
        }
    }
    bail!("no port from {first} on is free: choose another with --port")
}

/// The port, if it is free; for 0, one that is.
fn free(port: u16) -> Option<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?;
    Some(listener.local_addr().ok()?.port())
}

fn answer(request: &Request<Body>, site: &Site) -> Response<Body> {
    let is_head = request.method() == Method::HEAD;
    if !is_head && request.method() != Method::GET {
        return refusal(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
    }
    let name = file_for(request.uri().path(), &site.mount);
    let brotli = takes_brotli(request);
    let bytes = name.as_ref().and_then(|name| site.read(name, brotli));
    let (Some(name), Some(bytes)) = (name, bytes) else {
        return refusal(StatusCode::NOT_FOUND, "not found\n");
    };
    let mut response = Response::builder()
        .header(CONTENT_TYPE, media_type(&name))
        .header(VARY, "Accept-Encoding")
        .header(CACHE_CONTROL, "no-cache");
    if brotli {
        response = response.header(CONTENT_ENCODING, "br");
    }
    let body = if is_head { Body::empty() } else { Body::from(bytes) };
    response.body(body).expect("names and values written in this file are ASCII")
}

fn refusal(status: StatusCode, why: &'static str) -> Response<Body> {
    let response = Response::builder().status(status);
    response.body(Body::from(why)).expect("a status and a text make an answer")
}

/// Whether whoever asks can read brotli.
fn takes_brotli(request: &Request<Body>) -> bool {
    let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.unwrap_or_default().split(',').any(|name| name.trim() == "br")
}

/// The file that a URL asks for, relative to the site's folder; none where the URL lies outside it.
///
/// Stricter than it need be, as no file of the page has an odd name: every part of the path is
/// letters, digits, `-`, `_` and dots that do not lead. So `..`, hidden files, drive letters,
/// backslashes and all percent-encoded tricks fall away together.
fn file_for(url: &str, mount: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.strip_prefix(mount)?;
    let path = if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_string()
    };
    path.split('/').all(is_plain_name).then(|| PathBuf::from(path))
}

fn is_plain_name(part: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain)
}

/// What a browser is told a file is. WebAssembly is compiled while it arrives only under its own
/// type, and a module script is refused under any but JavaScript's.
fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::time::Duration;

    #[test]
    fn urls_name_files_below_the_mount() {
        for (url, mount, file) in [
            ("/", "/", "index.html"),
            ("/app-1f_bg.wasm", "/", "app-1f_bg.wasm"),
            ("/start.js?v=1", "/", "start.js"),
            ("/a/b/", "/a/b/", "index.html"),
            ("/a/b/snippets/x/inline0.js", "/a/b/", "snippets/x/inline0.js"),
        ] {
            assert_eq!(file_for(url, mount), Some(PathBuf::from(file)), "{url}");
        }
    }

    #[test]
    fn nothing_outside_the_folder_is_named() {
        for url in [
            "/../Cargo.toml",
            "/a/../../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "/..%2fCargo.toml",
            "/..\\Cargo.toml",
            "//etc/passwd",
            "/a//b",
            "/c:/windows",
            "/.git/config",
            "/./index.html",
            "/caf\u{e9}",
            "http://elsewhere/",
            "",
        ] {
            assert_eq!(file_for(url, "/"), None, "{url}");
        }
        assert_eq!(file_for("/index.html", "/a/"), None, "beside the mount");
    }

    #[test]
    fn browsers_are_told_the_types_that_they_insist_on() {
        assert_eq!(media_type(Path::new("a_bg.wasm")), "application/wasm");
        assert_eq!(media_type(Path::new("start.js")), "text/javascript; charset=utf-8");
        assert_eq!(media_type(Path::new("no-extension")), "application/octet-stream");
    }

    fn ask(url: &str, request: &str) -> String {
        String::from_utf8(ask_bytes(url, &format!("{request} HTTP/1.1"))).unwrap()
    }

    fn ask_bytes(url: &str, request: &str) -> Vec<u8> {
        let address = url.strip_prefix("http://").unwrap().split('/').next().unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "{request}\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    }

    #[test]
    fn it_answers_over_the_wire() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let url = in_background(folder, "/deep/er/").unwrap();
        let found = ask(&url, "GET /deep/er/src/serve.rs");
        assert!(found.starts_with("HTTP/1.1 200"), "{found}");
        assert!(found.contains("A static file server, as plain"), "the file itself is sent");
        let brotli = "GET /deep/er/src/serve.rs HTTP/1.1\r\nAccept-Encoding: gzip, br\r\nX: x";
        let compressed = ask_bytes(&url, brotli);
        assert!(compressed.len() < found.len() / 2, "{} bytes", compressed.len());
        let head = String::from_utf8_lossy(&compressed);
        assert!(head.contains("content-encoding: br\r\n"), "{head}");
        for request in ["GET /Cargo.toml", "GET /deep/er/../../etc/passwd", "GET /deep/er/none"] {
            let refused = ask(&url, request);
            assert!(refused.starts_with("HTTP/1.1 404"), "{request}: {refused}");
        }
        assert!(ask(&url, "POST /deep/er/").starts_with("HTTP/1.1 405"));
    }

    /// A browser opens several connections at once and keeps them open: none may have to wait until
    /// another is closed.
    #[test]
    fn connections_that_come_at_once_are_all_answered() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let url = in_background(folder, "/").unwrap();
        let address = url.strip_prefix("http://").unwrap().trim_end_matches('/').to_owned();
        let mut kept = Vec::new();
        for _ in 0..20 {
            let connections: Vec<_> = (0..6).map(|_| TcpStream::connect(&address)).collect();
            for stream in connections {
                let mut stream = stream.unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
                write!(stream, "GET /none HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
                let mut status = [0; 12];
                stream.read_exact(&mut status).expect("an answer while others are open");
                assert_eq!(&status, b"HTTP/1.1 404");
                kept.push(stream);
            }
        }
    }

    #[test]
    fn a_taken_port_is_passed_over() {
        let site = Site::new(Path::new("."), "/");
        let (_first, taken) = listen(site.clone(), 0).unwrap();
        let (_second, port) = listen(site, taken).unwrap();
        assert!(port > taken);
    }
}
