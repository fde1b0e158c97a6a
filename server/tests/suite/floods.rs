//! More than is good for a server: of log lines, wrong passwords, connections and long heads.

use std::io::{BufRead, BufReader, PipeReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::timeout;
use verigator_server::password::{HashCost, hash_password};
use verigator_server::server::Settings;
use verigator_server::state::Administration;

use crate::harness::{Answer, Client, Harness, User, last_pin, wait};
use crate::process::{Files, Process};

/// The most memory that a server may have resident, whatever comes, in MB.
const MOST_MEMORY: u64 = 150;
/// How long anything may take before it is taken for something that never comes.
const NEVER: Duration = Duration::from_secs(120);
/// How long one may have to wait who is not a part of a flood. The server gives up on idle connections
/// after 30 s by itself.
const SOON: Duration = Duration::from_secs(15);

/// Held by whoever opens many connections: the tests of this process share its descriptors.
static CROWDED: Mutex<()> = Mutex::const_new(());

/// A path that needs an account and nothing else.
const PATH: &str = "/v1/service/service/x";

/// A server whose log is a pipe that nobody reads.
fn serve_unread(files: &Files) -> (Process, PipeReader) {
    let (unread, log) = std::io::pipe().unwrap();
    let process = files.serve_logging_to(log.into(), &["--log-format", "json"]);
    (process, unread)
}

/// Sends some requests, each of which is worth a line in the log.
async fn fill_log(client: &Client, requests: u32) {
    let mut clients = JoinSet::new();
    for _ in 0..16 {
        let client = client.clone();
        clients.spawn(async move {
            for _ in 0..requests / 16 {
                client.get("/healthz").await.expect(200);
            }
        });
    }
    clients.join_all().await;
}

/// The value of a metric without labels.
async fn metric(client: &Client, name: &str) -> u64 {
    let text = client.get("/metrics").await.text;
    let mut values = text.lines().filter_map(|line| line.strip_prefix(name));
    let value = values.find_map(|value| value.strip_prefix(' '));
    value
        .unwrap_or_else(|| panic!("{name} in\n{text}"))
        .parse()
        .unwrap()
}

#[tokio::test]
async fn a_log_that_nobody_reads_holds_up_nobody_and_tells_what_it_dropped_when_it_is_read() {
    let files = Files::new();
    let (process, unread) = serve_unread(&files);
    let client = process.client();
    timeout(NEVER, fill_log(&client, 8000))
        .await
        .expect("every request is answered");
    assert!(metric(&client, "verigator_log_lines_dropped_total").await > 0);
    let told = tokio::task::spawn_blocking(move || {
        let mut lines = BufReader::new(unread).lines();
        lines.any(|line| line.unwrap().contains("lines of the log were dropped"))
    });
    assert!(
        timeout(NEVER, told)
            .await
            .expect("the lines flow again")
            .unwrap()
    );
}

#[tokio::test]
async fn a_server_whose_log_nobody_reads_stops_when_it_is_told_to() {
    let files = Files::new();
    let (process, _unread) = serve_unread(&files);
    timeout(NEVER, fill_log(&process.client(), 1600))
        .await
        .expect("every request is answered");
    let end = tokio::task::spawn_blocking(move || process.end("-TERM"));
    assert_eq!(timeout(SOON, end).await.expect("it ends").unwrap(), Some(0));
}

#[tokio::test]
async fn a_log_is_written_to_its_end() {
    let files = Files::new();
    let process = files.serve(&[]);
    fill_log(&process.client(), 800).await;
    let (code, _, log) = process.stop("-TERM");
    assert_eq!(code, Some(0));
    assert_eq!(log.matches("answered").count(), 800);
    assert!(log.trim_end().ends_with("stopped"), "{log}");
}

fn address_of(process: &Process) -> SocketAddr {
    process
        .url
        .strip_prefix("http://")
        .unwrap()
        .parse()
        .unwrap()
}

/// A connection that comes from this address of the machine itself.
async fn connect_from(source: Ipv4Addr, server: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((source, 0).into()).unwrap();
    socket.connect(server).await.unwrap()
}

/// Calls with a pair of name and password from some address: the status and the whole reply.
async fn call_from(source: Ipv4Addr, server: SocketAddr, pair: &str) -> (u16, String) {
    let mut stream = connect_from(source, server).await;
    let request = format!(
        "GET {PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Service-Auth: {pair}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    let status = reply
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    (
        status.unwrap_or_else(|| panic!("no reply: {reply:?}")),
        reply,
    )
}

/// Adds an account whose hash costs as much as any.
fn add_costly_account(files: &Files, name: &str) {
    let hash = hash_password(&format!("{name}-password"), HashCost::Full);
    wait(files.storage().add_account(name, &hash, 0)).unwrap();
}

#[tokio::test]
async fn a_password_after_too_many_wrong_ones_waits_for_as_long_as_is_told() {
    let closed = |settings: &mut Settings| settings.administration = Administration::Closed;
    let harness = Harness::with(closed).await;
    let call = async |pair: &str| harness.client_as(Some(pair)).get(PATH).await;
    for _ in 0..6 {
        call("mine:wrong").await.refused(401, "X-Service-Auth");
    }
    for pair in ["mine:wrong", "mine:mine-password", "MINE:wrong"] {
        let answer = call(pair).await;
        answer.refused(429, "is looked at in 1 s");
        assert_eq!(answer.headers["retry-after"], "1");
    }
    call("other:other-password").await.refused(404, "service");
    let metrics = harness.client().get("/metrics").await.text;
    for counted in [
        "verigator_logins_refused_total{reason=\"wrong\"} 6",
        "verigator_logins_refused_total{reason=\"guesses-for-account-from-address\"} 3",
    ] {
        assert!(metrics.contains(counted), "{counted} in\n{metrics}");
    }
    harness.clock.advance(1);
    call("mine:mine-password").await.refused(404, "service");
}

const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

#[tokio::test]
async fn a_flood_of_wrong_passwords_costs_little_and_keeps_nobody_else_out() {
    let files = Files::new();
    for name in ["remembered", "waiting", "guessed"] {
        add_costly_account(&files, name);
    }
    let process = files.serve(&["--log", "error"]);
    let server = address_of(&process);
    let ok = |answer: (u16, String)| assert_eq!(answer.0, 404, "{}", answer.1);
    ok(call_from(HERE, server, "remembered:remembered-password").await);

    let mut flood = JoinSet::new();
    for number in 0..400 {
        let name = if number % 2 == 0 {
            "guessed".to_owned()
        } else {
            format!("nobody{number}")
        };
        flood.spawn(async move { call_from(HERE, server, &format!("{name}:{number}")).await });
    }
    // One that the server knows, at the very address of the flood; one that it does not know yet.
    ok(call_from(HERE, server, "remembered:remembered-password").await);
    ok(call_from(ELSEWHERE, server, "waiting:waiting-password").await);

    let replies = timeout(NEVER, flood.join_all())
        .await
        .expect("all are answered");
    let looked_at = replies.iter().filter(|(status, _)| *status == 401).count();
    // Six for the one account and fifteen for others; more only after a second, after two, four, eight ...
    assert!(looked_at <= 30, "{looked_at} were looked at");
    // Where a look takes long, the flood was over before somebody had to wait.
    let mut later = Vec::new();
    while later.last().is_none_or(|(status, _)| *status != 429) {
        assert!(later.len() < 30, "nobody has to wait");
        later.push(call_from(HERE, server, "guessed:wrong").await);
    }
    for (status, reply) in replies.into_iter().chain(later) {
        let told = reply.contains("too many wrong passwords") && reply.contains("retry-after: ");
        assert!(
            [401, 503].contains(&status) || status == 429 && told,
            "{reply}"
        );
    }
    ok(call_from(HERE, server, "remembered:remembered-password").await);
    ok(call_from(ELSEWHERE, server, "guessed:guessed-password").await);
    let peak = process.peak_memory();
    println!("{peak} MB were resident at most");
    assert!(peak < MOST_MEMORY, "{peak} MB");
}

#[tokio::test]
async fn a_flood_of_wrong_passwords_from_many_addresses_costs_no_more() {
    let files = Files::new();
    for name in ["remembered", "guessed"] {
        add_costly_account(&files, name);
    }
    let process = files.serve(&["--log", "error"]);
    let server = address_of(&process);
    assert_eq!(
        call_from(HERE, server, "remembered:remembered-password")
            .await
            .0,
        404
    );
    let mut flood = JoinSet::new();
    for number in 0..400_u32 {
        let source = Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 1, 0, 0)) + number);
        flood.spawn(async move { call_from(source, server, &format!("guessed:{number}")).await });
    }
    while let Some(reply) = timeout(NEVER, flood.join_next())
        .await
        .expect("all are answered")
    {
        let (status, reply) = reply.unwrap();
        assert!([401, 429, 503].contains(&status), "{reply}");
        let (status, reply) = call_from(HERE, server, "remembered:remembered-password").await;
        assert_eq!(status, 404, "{reply}");
    }
    let peak = process.peak_memory();
    println!("{peak} MB were resident at most");
    assert!(peak < MOST_MEMORY, "{peak} MB");
}

/// One who is no part of a flood is answered.
async fn is_answered(process: &Process) -> Answer {
    let client = process.client();
    let answered = async {
        loop {
            // Until its request is there, a connection is as idle as any, and may be closed for another.
            if let Ok(answer) = client.try_send(Method::GET, "/healthz", None).await {
                break answer;
            }
        }
    };
    let answer = timeout(SOON, answered).await.expect("answered soon");
    answer.expect(200);
    answer
}

/// Idle connections, as many as asked for, unless the server closes some.
async fn idle(server: SocketAddr, number: usize) -> Vec<TcpStream> {
    let mut idle = Vec::new();
    for _ in 0..number {
        idle.push(TcpStream::connect(server).await.unwrap());
    }
    idle
}

#[tokio::test]
async fn idle_connections_make_room_for_newcomers_where_few_files_may_be_open() {
    let _alone = CROWDED.lock().await;
    let files = Files::new();
    let process = files.serve_with_open_files(256, &["--log", "error"]);
    let _idle = idle(address_of(&process), 1000).await;
    is_answered(&process).await;
    let client = process.client();
    assert!(metric(&client, "verigator_connections_open").await <= 128);
    assert!(metric(&client, "verigator_connections_closed_for_others_total").await > 0);
}

#[tokio::test]
async fn a_server_that_has_no_descriptor_left_closes_idle_connections_for_newcomers() {
    let _alone = CROWDED.lock().await;
    let files = Files::new();
    let process = files.serve_with_open_files(64, &["--max-connections", "5000"]);
    let _idle = idle(address_of(&process), 1000).await;
    is_answered(&process).await;
    let (code, _, log) = process.stop("-TERM");
    assert_eq!(code, Some(0));
    assert!(
        log.contains("--max-connections is more than the limit on open files"),
        "{log}"
    );
}

#[tokio::test]
async fn the_connection_that_was_idle_longest_goes_first() {
    let files = Files::new();
    let process = files.serve(&["--max-connections", "2"]);
    let server = address_of(&process);
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", "x".repeat(100));
    let mut older = TcpStream::connect(server).await.unwrap();
    let mut younger = TcpStream::connect(server).await.unwrap();
    for stream in [&mut younger, &mut older] {
        stream.write_all(request.as_bytes()).await.unwrap();
        assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
    }
    let _newcomer = TcpStream::connect(server).await.unwrap();
    let end = timeout(SOON, younger.read(&mut [0; 1])).await;
    assert_eq!(end.expect("it is closed soon").unwrap(), 0);
    older.write_all(request.as_bytes()).await.unwrap();
    assert!(older.read(&mut [0; 4096]).await.unwrap() > 0);
}

/// Begins requests with heads of some length, and lets them hang.
async fn begin_heads(server: SocketAddr, number: usize, length: usize) -> Vec<TcpStream> {
    let head = [b"GET / HTTP/1.1\r\nX: ", "x".repeat(length).as_bytes()].concat();
    let mut hanging = Vec::new();
    for mut stream in idle(server, number).await {
        // The server may have closed it, or not take all.
        let _ = timeout(SOON, stream.write_all(&head)).await;
        hanging.push(stream);
    }
    hanging
}

#[tokio::test]
async fn long_heads_cost_little_memory() {
    let _alone = CROWDED.lock().await;
    for length in [300_000, 15_000] {
        let files = Files::new();
        let process = files.serve(&["--log", "error"]);
        let _hanging = begin_heads(address_of(&process), 3000, length).await;
        is_answered(&process).await;
        let peak = process.peak_memory();
        println!("heads of {length} bytes: {peak} MB were resident at most");
        assert!(peak < MOST_MEMORY, "{peak} MB");
    }
}

/// How many connections are opened at once; fewer where the limit on open files is lower.
const CROWD: usize = 20_000;
/// More than a server lets in at once.
const SMALLER_CROWD: usize = 5000;
/// What the test itself needs of that limit, and those that run beside it.
const OTHER_FILES: usize = 2000;

/// How the connections of a crowd begin: with nothing, with a part of a head, with a request after which
/// they are idle, and with requests whose bodies do not come to their end.
fn beginnings() -> Vec<Vec<u8>> {
    let body = "POST /v1/service HTTP/1.1\r\nHost: x\r\nX-Service-Auth: demo:demo-password\r\n\
                Content-Length: 64000\r\n\r\n{";
    vec![
        vec![],
        b"GET /healthz HTTP/1.1\r\nHo".to_vec(),
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        body.as_bytes().to_vec(),
        [body.as_bytes(), &[b' '; 60_000]].concat(),
    ]
}

/// Opens connections that begin so, and keeps them.
async fn crowd(server: SocketAddr, number: usize, beginnings: &[Vec<u8>]) -> Vec<TcpStream> {
    let limit = rlimit::increase_nofile_limit(u64::MAX).unwrap() as usize;
    assert!(
        limit >= SMALLER_CROWD + OTHER_FILES,
        "the limit on open files is {limit}: raise it (ulimit -Hn)"
    );
    let mut crowd = Vec::new();
    for number in 0..number.min(limit - OTHER_FILES) {
        // More than one address has ports for.
        let source = Ipv4Addr::new(127, 0, 1, (number % 4) as u8 + 1);
        let mut stream = connect_from(source, server).await;
        // What was closed for others takes no more.
        let beginning = &beginnings[number % beginnings.len()];
        let _ = timeout(SOON, stream.write_all(beginning)).await;
        crowd.push(stream);
    }
    crowd
}

#[tokio::test]
async fn twenty_thousand_connections_do_not_keep_others_out_and_cost_little() {
    let _alone = CROWDED.lock().await;
    let files = Files::new();
    let process = files.serve(&["--dev", "--log", "error"]);
    let regular = User::register(process.client(), "example.com").await;
    let crowd = crowd(address_of(&process), CROWD, &beginnings()).await;
    // One who had a connection before, and one who had none.
    for user in [regular.clone(), process.user(&regular)] {
        let login = async {
            user.start_sms().await;
            let pin = last_pin(&files.storage(), &user);
            user.accepted(&pin, "sms").await;
        };
        timeout(SOON, login).await.expect("answered soon");
    }
    let (opened, peak) = (crowd.len(), process.peak_memory());
    println!("{opened} connections were opened; {peak} MB were resident at most");
    assert!(peak < MOST_MEMORY, "{peak} MB");
}

#[tokio::test]
async fn connections_cost_little_whatever_they_wait_for() {
    let _alone = CROWDED.lock().await;
    for beginning in beginnings() {
        let files = Files::new();
        let process = files.serve(&["--dev", "--log", "error"]);
        let shown = String::from_utf8_lossy(&beginning[..beginning.len().min(25)]).into_owned();
        let _crowd = crowd(address_of(&process), SMALLER_CROWD, &[beginning]).await;
        is_answered(&process).await;
        let peak = process.peak_memory();
        println!("{shown:?}: {peak} MB were resident at most");
        assert!(peak < MOST_MEMORY, "{shown:?}: {peak} MB");
    }
}
