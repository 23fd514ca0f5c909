//! nginx and HAProxy as docs/operations.md has them: the real address is seen, a forged one is not.

use std::net::IpAddr;

use reqwest::{Client, Response};
use sqlx::PgPool;

use crate::furnish::{body, furnish, path};
use crate::harness::binary::{Server, Setup};
use crate::harness::smtp::{Mode, SmtpServer};
use crate::harness::world::PEOPLE;
use crate::proxy::{Proxy, free_port};

/// Where the caller is.
const CALLER: &str = "127.0.0.7";

struct Scene {
    db: PgPool,
    setup: Setup,
    key: String,
    ports: [u16; 2],
    servers: Vec<Server>,
    mail: SmtpServer,
}

async fn scene(db: PgPool) -> Scene {
    let mail = SmtpServer::start(Mode::Plain).await;
    let mut setup = Setup::new(&db)
        .without_limits()
        .set("REKEY__SERVER__TRUSTED_PROXIES", "127.0.0.1/32")
        .set(
            "REKEY__MAIL__SMTP_URL",
            format!("smtp://127.0.0.1:{}", mail.port()),
        );
    let key = furnish(&setup, PEOPLE.trim_start()).await;
    let ports = [free_port(), free_port()];
    let mut servers = Vec::new();
    for port in ports {
        setup = setup.set("REKEY__SERVER__BIND", format!("127.0.0.1:{port}"));
        servers.push(setup.serve(&format!("server-{port}")).await);
    }
    Scene {
        db,
        setup,
        key,
        ports,
        servers,
        mail,
    }
}

impl Scene {
    fn client() -> Client {
        let address: IpAddr = CALLER.parse().unwrap();
        Client::builder().local_address(address).build().unwrap()
    }

    /// Asks for a link, with everything forged that can be.
    async fn ask(&self, url: &str) -> Response {
        Self::client()
            .post(format!("{url}{}", path("resetPasswordRequest")))
            .header("authorization", &self.key)
            .header("x-forwarded-for", "198.51.100.66")
            .header("forwarded", "for=198.51.100.66")
            .header("x-real-ip", "198.51.100.66")
            .header("x-request-id", "forged-by-the-caller")
            .json(&body("resetPasswordRequest", "JohnDoe"))
            .send()
            .await
            .unwrap()
    }

    /// Where the trail says that a request came from, once its letter has left.
    async fn address(&self, letters: usize, request_id: &str) -> String {
        self.mail.received(letters).await;
        let mut tick = tokio::time::interval(std::time::Duration::from_millis(20));
        loop {
            tick.tick().await;
            let found: Option<String> = sqlx::query_scalar(
                "select host(address) from audit_event where request_id = $1 and address is not null limit 1",
            )
            .bind(request_id)
            .fetch_optional(&self.db)
            .await
            .unwrap();
            if let Some(address) = found {
                return address;
            }
        }
    }

    async fn is_honest(&self, proxy: &Proxy) {
        let reply = self.ask(&proxy.url).await;
        assert_eq!(reply.status(), 204);
        let id = reply.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_ne!(id, "forged-by-the-caller");
        assert_eq!(self.address(1, &id).await, CALLER);

        let big = Self::client()
            .post(format!("{}{}", proxy.url, path("resetPasswordRequest")))
            .header("authorization", &self.key)
            .header("content-type", "application/json")
            .body(vec![b' '; 100_000])
            .send()
            .await
            .unwrap();
        assert!(big.status().is_client_error(), "{}", big.status());
        let health = Self::client().get(format!("{}/health/ready", proxy.url));
        assert_eq!(health.send().await.unwrap().status(), 404);
        let unknown = Self::client()
            .get(format!("{}/nowhere", proxy.url))
            .send()
            .await;
        assert_eq!(
            unknown.unwrap().headers()["x-content-type-options"],
            "nosniff"
        );
    }

    async fn end(self) {
        for server in self.servers {
            assert_eq!(server.stop().await, Some(0));
        }
    }
}

#[rekey_test::on_an_empty_database]
async fn haproxy_tells_the_real_address(db: PgPool) {
    let scene = scene(db).await;
    let proxy = Proxy::haproxy(scene.setup.folder().path(), scene.ports).await;
    proxy.has(2).await;
    scene.is_honest(&proxy).await;
    scene.end().await;
}

#[rekey_test::on_an_empty_database]
async fn nginx_tells_the_real_address(db: PgPool) {
    let scene = scene(db).await;
    let folder = scene.setup.folder().path().to_owned();
    let proxy = Proxy::nginx(&folder, scene.ports).await;
    scene.is_honest(&proxy).await;
    let link = format!(
        "{}/recover/reset?tenant=demo&token=0123456789abcdef",
        proxy.url
    );
    let opened = Scene::client().get(link).send().await.unwrap();
    assert!(!opened.status().is_server_error());
    let log = std::fs::read_to_string(folder.join("access.log")).unwrap();
    assert!(log.contains("GET /recover/reset"), "{log}");
    assert!(!log.contains("0123456789abcdef"), "T-13: {log}");
    scene.end().await;
}

/// Past the proxies nobody is believed: a caller at another address is that address.
#[rekey_test::on_an_empty_database]
async fn past_the_proxies_nobody_is_believed(db: PgPool) {
    let scene = scene(db).await;
    let reply = scene
        .ask(&format!("http://127.0.0.1:{}", scene.ports[0]))
        .await;
    assert_eq!(reply.status(), 204);
    assert_eq!(scene.address(1, "forged-by-the-caller").await, CALLER);
    scene.end().await;
}
