//! A server whose queue of connections is full: it neither accepts nor refuses.

use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

/// An address where connections are neither accepted nor refused, since its queue is full.
pub struct Full {
    pub address: SocketAddr,
    _listener: Socket,
    _queued: Vec<TcpStream>,
}

impl Full {
    pub fn new() -> Self {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        listener.bind(&any.into()).unwrap();
        listener.listen(0).unwrap();
        let address = listener.local_addr().unwrap().as_socket().unwrap();
        let queue = || TcpStream::connect_timeout(&address, Duration::from_millis(500)).ok();
        Self {
            address,
            _listener: listener,
            _queued: std::iter::from_fn(queue).collect(),
        }
    }
}
