//! Another system, on this machine: a real listener.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
};

#[derive(Clone, Debug)]
pub struct Got {
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

pub type Kept = Arc<Mutex<Vec<Got>>>;

/// Gives each request the next of these answers (status and more of the head), and keeps what came.
pub fn listen(answers: Vec<String>) -> (String, Kept) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/in", listener.local_addr().expect("an address"));
    let got = Kept::default();
    let kept = got.clone();
    std::thread::spawn(move || {
        for (stream, answer) in listener.incoming().zip(answers) {
            let mut reader = BufReader::new(stream.expect("a connection"));
            let mut headers = BTreeMap::new();
            let mut line = String::new();
            while reader.read_line(&mut line).expect("a line") > 2 {
                if let Some((name, value)) = line.trim_end().split_once(": ") {
                    headers.insert(name.to_lowercase(), value.to_owned());
                }
                line.clear();
            }
            let mut body = vec![0; headers["content-length"].parse().expect("a length")];
            reader.read_exact(&mut body).expect("a body");
            kept.lock().expect("kept").push(Got { headers, body: String::from_utf8(body).expect("text") });
            let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            reader.get_mut().write_all(answer.as_bytes()).expect("answers");
        }
    });
    (url, got)
}
