//! One connection.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::{Behaviour, Manner, Mode, Received, Shared, Step};

trait Stream: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> Stream for T {}

struct Session {
    stream: BufReader<Pin<Box<dyn Stream>>>,
    shared: Arc<Shared>,
    encrypted: bool,
    user: Option<String>,
    from: String,
    to: Vec<String>,
    letters: usize,
    /// What this letter meets, of a rota.
    turn: (Step, Manner),
}

/// What the client said ends the session, or the next line follows.
enum Next {
    Line,
    StartTls,
    End,
}

/// Serves until the client leaves or the behaviour is to drop it.
pub(super) async fn run(stream: TcpStream, shared: Arc<Shared>) {
    let behaviour = *shared.behaviour.lock().unwrap();
    if behaviour == Behaviour::Drop {
        return;
    }
    if behaviour == Behaviour::HangOnConnect {
        shared.hung.send_modify(|hung| *hung += 1);
        std::future::pending::<()>().await;
    }
    let encrypted = shared.mode == Mode::Tls;
    let stream: Pin<Box<dyn Stream>> = if encrypted {
        let Ok(stream) = shared.acceptor.accept(stream).await else {
            return;
        };
        Box::pin(stream)
    } else {
        Box::pin(stream)
    };
    let session = Session {
        stream: BufReader::new(stream),
        shared,
        encrypted,
        user: None,
        from: String::new(),
        to: Vec::new(),
        letters: 0,
        turn: (Step::Connect, Manner::Usual),
    };
    // A client that goes away is not an error here.
    let _ = session.serve().await;
}

impl Session {
    async fn serve(mut self) -> io::Result<()> {
        self.take_turn();
        self.reply(Step::Connect, "220 localhost ESMTP").await?;
        loop {
            let line = self.hear().await?;
            if self.behaviour() == Behaviour::Drop {
                return Ok(());
            }
            match self.answer(&line).await? {
                Next::Line => {}
                Next::End => return Ok(()),
                Next::StartTls => {
                    let acceptor = self.shared.acceptor.clone();
                    let stream = acceptor.accept(self.stream.into_inner()).await?;
                    self.stream = BufReader::new(Box::pin(stream));
                    self.encrypted = true;
                }
            }
        }
    }

    async fn answer(&mut self, line: &str) -> io::Result<Next> {
        let upper = line.to_ascii_uppercase();
        match upper.split_whitespace().next().unwrap_or_default() {
            "EHLO" if self.manner(Step::Hello) != Manner::Usual => {
                self.reply(Step::Hello, "250 localhost").await?;
            }
            "EHLO" => self.introduce().await?,
            "HELO" => self.say("250 localhost").await?,
            "STARTTLS" if self.offers_tls() => {
                self.say("220 go ahead").await?;
                return Ok(Next::StartTls);
            }
            "AUTH" => self.sign_in(line).await?,
            "MAIL" => self.mail(line).await?,
            "RCPT" => self.rcpt(line).await?,
            "DATA" => self.data().await?,
            "NOOP" | "RSET" => self.say("250 ok").await?,
            "QUIT" => {
                self.say("221 bye").await?;
                return Ok(Next::End);
            }
            _ => self.say("502 not known").await?,
        }
        Ok(Next::Line)
    }

    async fn introduce(&mut self) -> io::Result<()> {
        let mut offers = vec!["localhost", "8BITMIME", "SMTPUTF8", "DSN"];
        if self.offers_tls() {
            offers.push("STARTTLS");
        }
        // PLAIN needs one line, LOGIN three: each is exercised somewhere.
        match (&self.shared.credentials, self.shared.mode) {
            (None, _) => {}
            (Some(_), Mode::Plain | Mode::StartTls) => offers.push("AUTH PLAIN LOGIN"),
            (Some(_), Mode::Tls) => offers.push("AUTH LOGIN"),
        }
        let last = offers.len() - 1;
        for (n, offer) in offers.into_iter().enumerate() {
            let mark = if n == last { ' ' } else { '-' };
            self.say(&format!("250{mark}{offer}")).await?;
        }
        Ok(())
    }

    async fn sign_in(&mut self, line: &str) -> io::Result<()> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let given = match words.as_slice() {
            [_, "PLAIN", token] => {
                let plain = decode(token);
                let mut parts = plain.splitn(3, '\0').skip(1).map(str::to_owned);
                parts.next().zip(parts.next())
            }
            [_, "LOGIN"] => {
                self.say("334 VXNlcm5hbWU6").await?;
                let user = decode(&self.hear().await?);
                self.say("334 UGFzc3dvcmQ6").await?;
                Some((user, decode(&self.hear().await?)))
            }
            _ => None,
        };
        if given.is_some() && given == self.shared.credentials {
            self.user = given.map(|(user, _)| user);
            self.say("235 welcome").await
        } else {
            self.say("535 who are you").await
        }
    }

    async fn mail(&mut self, line: &str) -> io::Result<()> {
        let uninvited = self.shared.credentials.is_some() && self.user.is_none();
        if uninvited {
            return self.say("530 sign in first").await;
        }
        if let Behaviour::RefuseSecondLetter(code) = self.behaviour()
            && self.letters > 0
        {
            return self.say(&format!("{code} enough")).await;
        }
        if self.letters > 0 {
            self.take_turn();
        }
        self.from = path(line);
        self.to.clear();
        self.reply(Step::Mail, "250 ok").await
    }

    async fn rcpt(&mut self, line: &str) -> io::Result<()> {
        if let Behaviour::RefuseRecipient(code) = self.behaviour() {
            // As real servers do, it quotes the address.
            return self.say(&format!("{code} {}", path(line))).await;
        }
        self.to.push(path(line));
        self.reply(Step::Rcpt, "250 ok").await
    }

    async fn data(&mut self) -> io::Result<()> {
        if let Manner::Say(bytes) = self.manner(Step::Data)
            && !bytes.starts_with(b"354")
        {
            return self.say_bytes(bytes).await;
        }
        self.reply(Step::Data, "354 go on").await?;
        let mut raw = Vec::new();
        loop {
            if !raw.is_empty() && self.manner(Step::Body) == Manner::Close {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            let start = raw.len();
            if self.stream.read_until(b'\n', &mut raw).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if &raw[start..] == b".\r\n" {
                raw.truncate(start);
                break;
            }
            if raw[start] == b'.' {
                raw.remove(start);
            }
        }
        self.letters += 1;
        let behaviour = self.behaviour();
        if behaviour == Behaviour::HangAfterData {
            self.shared.hung.send_modify(|hung| *hung += 1);
            std::future::pending::<()>().await;
        }
        if let Behaviour::RefuseLetter(code) = behaviour {
            return self.say(&format!("{code} {:?}", self.to)).await;
        }
        if let Manner::Say(bytes) = self.manner(Step::Letter)
            && !bytes.starts_with(b"2")
        {
            return self.say_bytes(bytes).await;
        }
        let letter = Received {
            from: self.from.clone(),
            to: std::mem::take(&mut self.to),
            raw,
            encrypted: self.encrypted,
            user: self.user.clone(),
        };
        self.shared
            .messages
            .send_modify(|letters| letters.push(letter));
        self.reply(Step::Letter, "250 taken").await
    }

    /// The next letter meets what is next on the rota.
    fn take_turn(&mut self) {
        if let Behaviour::Rota(rota) = self.behaviour() {
            let turn = self.shared.turns.fetch_add(1, Ordering::Relaxed);
            self.turn = rota[turn % rota.len()];
        }
    }

    fn manner(&self, step: Step) -> Manner {
        let (at, manner) = match self.behaviour() {
            Behaviour::At(at, manner) => (at, manner),
            Behaviour::Rota(_) => self.turn,
            Behaviour::Accept
            | Behaviour::RefuseRecipient(_)
            | Behaviour::RefuseLetter(_)
            | Behaviour::RefuseSecondLetter(_)
            | Behaviour::HangOnConnect
            | Behaviour::HangAfterData
            | Behaviour::Drop => return Manner::Usual,
        };
        if at == step { manner } else { Manner::Usual }
    }

    async fn reply(&mut self, step: Step, line: &str) -> io::Result<()> {
        match self.manner(step) {
            Manner::Usual => self.say(line).await,
            Manner::Slow(pause) => {
                // The one place where time is the subject.
                let _ = tokio::time::timeout(pause, std::future::pending::<()>()).await;
                self.say(line).await
            }
            Manner::Hang => {
                self.shared.hung.send_modify(|hung| *hung += 1);
                std::future::pending().await
            }
            Manner::Say(bytes) => self.say_bytes(bytes).await,
            Manner::Close => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }

    async fn say_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.write_all(b"\r\n").await?;
        self.stream.flush().await
    }

    fn behaviour(&self) -> Behaviour {
        *self.shared.behaviour.lock().unwrap()
    }

    fn offers_tls(&self) -> bool {
        self.shared.mode == Mode::StartTls && !self.encrypted
    }

    async fn say(&mut self, line: &str) -> io::Result<()> {
        self.stream
            .write_all(format!("{line}\r\n").as_bytes())
            .await?;
        self.stream.flush().await
    }

    async fn hear(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end().to_owned();
        let mut lines = self.shared.lines.lock().unwrap();
        lines.push((self.encrypted, line.clone()));
        Ok(line)
    }
}

/// What stands between the outermost angle brackets.
fn path(line: &str) -> String {
    let (_, tail) = line.split_once('<').unwrap();
    let (path, _) = tail.rsplit_once('>').unwrap();
    path.to_owned()
}

fn decode(text: &str) -> String {
    String::from_utf8(STANDARD.decode(text).unwrap()).unwrap()
}
