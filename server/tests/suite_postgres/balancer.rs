//! What stands between two programs: it passes connections on in turn, and makes trouble on request.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// What happens to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing comes through any more, and nothing is said of it.
    Swallow,
    /// It is reset.
    Cut,
    /// All that comes through does so late.
    Slow,
}

/// When that happens: as soon as a client has sent one text and then, at once or later, another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub after: &'static str,
    pub at: &'static str,
    /// Whether the latter still arrives.
    pub arrives: bool,
}

enum Backend {
    Socket(PathBuf),
    Address(SocketAddr),
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

type Rule = Arc<Mutex<Option<(Trouble, Moment)>>>;

/// A balancer, on a thread of its own.
pub struct Balancer {
    pub address: SocketAddr,
    rule: Rule,
}

impl Balancer {
    /// Before a database on a socket.
    pub fn before(socket: PathBuf) -> Self {
        Self::over(vec![Backend::Socket(socket)])
    }

    /// Before servers at `http://` addresses.
    pub fn before_servers<'a>(urls: impl IntoIterator<Item = &'a str>) -> Self {
        let address = |url: &str| url.strip_prefix("http://").unwrap().parse().unwrap();
        Self::over(
            urls.into_iter()
                .map(address)
                .map(Backend::Address)
                .collect(),
        )
    }

    fn over(backends: Vec<Backend>) -> Self {
        let rule = Rule::default();
        let (tell, told) = mpsc::channel();
        let of_all = Arc::clone(&rule);
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.unwrap().block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let backends = Arc::new(backends);
                while let Ok((client, _)) = listener.accept().await {
                    let (backends, rule) = (Arc::clone(&backends), Arc::clone(&of_all));
                    tokio::spawn(async move {
                        if let Some(server) = connect(&backends).await {
                            relay(client, server, &rule).await;
                        }
                    });
                }
            });
        });
        let address = told.recv().unwrap();
        Self { address, rule }
    }

    pub fn make(&self, trouble: Trouble, moment: Moment) {
        *self.rule.lock().unwrap() = Some((trouble, moment));
    }

    /// Lets everything through again, but for what was swallowed.
    pub fn pass(&self) {
        *self.rule.lock().unwrap() = None;
    }
}

/// Connects to the next backend, or to the one after it if that is dead.
async fn connect(backends: &[Backend]) -> Option<Box<dyn Stream>> {
    static TURN: AtomicUsize = AtomicUsize::new(0);
    for _ in backends {
        let turn = TURN.fetch_add(1, Ordering::SeqCst) % backends.len();
        let stream: Option<Box<dyn Stream>> = match &backends[turn] {
            Backend::Socket(path) => UnixStream::connect(path)
                .await
                .ok()
                .map(|s| Box::new(s) as _),
            Backend::Address(at) => TcpStream::connect(at).await.ok().map(|s| Box::new(s) as _),
        };
        if stream.is_some() {
            return stream;
        }
    }
    None
}

fn contains(bytes: &[u8], text: &str) -> bool {
    text.is_empty()
        || bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
}

async fn relay(mut client: TcpStream, mut server: Box<dyn Stream>, rule: &Rule) {
    let (mut sent, mut answered) = ([0; 65_536], [0; 65_536]);
    let (mut near, mut is_dead) = (None, false);
    loop {
        tokio::select! {
            read = client.read(&mut sent) => {
                let Ok(length @ 1..) = read else { return };
                let bytes = &sent[..length];
                let rule = *rule.lock().unwrap();
                if let Some((trouble, moment)) = rule {
                    // What was sent while another trouble was waited for is of no account.
                    if contains(bytes, moment.after) {
                        near = Some(moment);
                    }
                    let is_now = near == Some(moment) && contains(bytes, moment.at);
                    match trouble {
                        Trouble::Slow => tokio::time::sleep(Duration::from_millis(20)).await,
                        _ if !is_now || is_dead => {}
                        _ => {
                            if moment.arrives {
                                server.write_all(bytes).await.unwrap();
                                // Its answer says that it did.
                                let _ = server.read(&mut answered).await;
                            }
                            if trouble == Trouble::Cut {
                                client.set_zero_linger().unwrap();
                                return;
                            }
                            is_dead = true;
                        }
                    }
                }
                if !is_dead && server.write_all(bytes).await.is_err() {
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                if !is_dead && client.write_all(&answered[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}
