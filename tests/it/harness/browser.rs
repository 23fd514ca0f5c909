//! A real Chromium, by `WebDriver`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// Longer than a page takes on a busy machine, shorter than a person waits.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser with a window of its own, and the driver that holds it.
pub struct Browser {
    pub client: Client,
    session: String,
    http: reqwest::Client,
    // Ended when the browser is dropped, and the browser with it.
    _driver: Driver,
}

/// How a browser differs from the usual one.
#[derive(Default)]
pub struct Options {
    pub without_script: bool,
    pub languages: Option<&'static str>,
}

struct Driver {
    child: Child,
    /// Kept open: the driver must be able to write.
    _said: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts a driver on a port of its own choice.
    ///
    /// It chooses one that is free by IPv6 and wants the same by IPv4. Where somebody has that, it
    /// ends, and the next one chooses again.
    fn start() -> (Self, String) {
        let mut tries = (0..20).map(|_| Self::try_start());
        let started = tries.find_map(|started| started);
        started.expect("chromedriver finds a port")
    }

    fn try_start() -> Option<(Self, String)> {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed: scripts/needs does that");
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("started successfully on port ") {
            line.clear();
            assert!(
                said.read_line(&mut line).unwrap() > 0,
                "chromedriver starts"
            );
            if line.contains("port not available") {
                let _ = child.wait();
                return None;
            }
        }
        let port = line
            .trim()
            .trim_end_matches('.')
            .rsplit(' ')
            .next()
            .unwrap();
        let url = format!("http://127.0.0.1:{port}");
        Some((Self { child, _said: said }, url))
    }
}

impl Drop for Browser {
    /// Ends the session, which is what makes the driver end the browser: a driver that is ended
    /// itself may leave it running.
    fn drop(&mut self) {
        let Some((address, path)) = self
            .session
            .strip_prefix("http://")
            .and_then(|rest| rest.split_once('/'))
        else {
            return;
        };
        let Ok(mut stream) = TcpStream::connect(address) else {
            return;
        };
        let _ = stream.set_read_timeout(Some(PATIENCE));
        let request =
            format!("DELETE /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        if stream.write_all(request.as_bytes()).is_ok() {
            // Answered when the browser has ended.
            let _ = stream.read(&mut [0]);
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let pid = rustix::process::Pid::from_raw(self.child.id().cast_signed()).unwrap();
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

impl Browser {
    pub async fn start() -> Self {
        Self::with(&Options::default()).await
    }

    pub async fn with(options: &Options) -> Self {
        let (driver, url) = Driver::start();
        let mut args = vec![
            "--headless=new",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--window-size=1280,900",
        ];
        if rustix::process::geteuid().is_root() {
            args.push("--no-sandbox");
        }
        let mut prefs = json!({});
        if options.without_script {
            prefs["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        prefs["intl.accept_languages"] = json!(options.languages.unwrap_or("en"));
        let capabilities = json!({
            "goog:chromeOptions": { "args": args, "prefs": prefs },
            "goog:loggingPrefs": { "performance": "ALL", "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else {
            panic!("an object");
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&url)
            .await
            .expect("chromium is installed: scripts/needs does that");
        let id = client.session_id().await.unwrap().unwrap();
        Self {
            client,
            session: format!("{url}/session/{id}"),
            http: reqwest::Client::new(),
            _driver: driver,
        }
    }

    /// A command of the browser's own, beyond `WebDriver`.
    pub async fn devtools(&self, command: &str, params: Value) -> Value {
        let body = json!({ "cmd": command, "params": params });
        self.post("goog/cdp/execute", &body).await
    }

    /// What the browser noted of a kind since the last look.
    async fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.post("se/log", &json!({ "type": kind })).await;
        entries.as_array().unwrap().clone()
    }

    async fn post(&self, command: &str, body: &Value) -> Value {
        let url = format!("{}/{command}", self.session);
        let reply = self.http.post(url).json(body).send().await.unwrap();
        let mut reply: Value = reply.json().await.unwrap();
        assert!(reply["value"].get("error").is_none(), "{command}: {reply}");
        reply["value"].take()
    }

    /// Every request that went over the network since the last look: address, and headers.
    pub async fn requests(&self) -> Vec<(String, Value)> {
        let mut requests = Vec::new();
        for entry in self.log("performance").await {
            let entry: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
            let message = &entry["message"];
            if message["method"] == "Network.requestWillBeSent" {
                let request = &message["params"]["request"];
                let url = request["url"].as_str().unwrap().to_owned();
                requests.push((url, request["headers"].clone()));
            }
        }
        requests
    }

    /// What the browser complained of since the last look, but for statuses that pages answer with.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.log("browser").await;
        let messages = entries.iter().map(|entry| entry["message"].to_string());
        messages
            .filter(|message| !message.contains("the server responded with a status of"))
            .collect()
    }

    /// As wide as a phone, a tablet, a desk.
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// Light or dark, as people set their system.
    pub async fn paint(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        let media = json!({ "media": "", "features": features });
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// Waits for an element.
    pub async fn find(&self, css: &str) -> Element {
        let wait = self.client.wait().at_most(PATIENCE);
        match wait.for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => panic!("{css}: {error} in {}", self.client.source().await.unwrap()),
        }
    }

    /// Waits for a page of a title.
    pub async fn page(&self, title: &str) {
        let path = format!("//h1[text()=\"{title}\"]");
        let wait = self.client.wait().at_most(PATIENCE);
        if let Err(error) = wait.for_element(Locator::XPath(&path)).await {
            panic!("{title}: {error} in {}", self.text().await);
        }
    }

    pub async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap();
    }

    pub async fn write(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.send_keys(text).await.unwrap();
    }

    /// Everything that can be read on the page.
    pub async fn text(&self) -> String {
        self.find("body").await.text().await.unwrap()
    }

    pub async fn address(&self) -> String {
        self.client.current_url().await.unwrap().to_string()
    }
}

/// Whether a header is not sent: the log shows some that it leaves empty.
pub fn is_unsaid(header: Option<&Value>) -> bool {
    header.is_none_or(|value| value == "")
}
