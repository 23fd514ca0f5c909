//! Traces, in builds that have them and in those that have not.

#[cfg(feature = "otlp")]
mod sent {
    use std::sync::{Arc, Mutex};

    use axum::Router;
    use axum::body::Bytes;
    use axum::extract::State;
    use axum::routing::post;
    use sqlx::PgPool;

    use crate::binary::{Application, furnish, setup};
    use crate::harness::smtp::{Mode, SmtpServer};
    use crate::harness::world::PEOPLE;
    use crate::sspr::{NOBODYS, minimal};

    type Batches = Arc<Mutex<Vec<u8>>>;

    async fn collect(State(batches): State<Batches>, batch: Bytes) {
        batches.lock().unwrap().extend_from_slice(&batch);
    }

    /// A collector on this machine, which keeps what it is sent. Texts are in clear in what OTLP
    /// makes of them.
    async fn collector() -> (String, Batches) {
        let batches = Batches::default();
        let router = Router::new().route("/v1/traces", post(collect));
        let router = router.with_state(Arc::clone(&batches));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (url, batches)
    }

    /// A recovery is traced from the request to the letter, and the trace names nobody. What is
    /// left is sent when the server stops.
    #[rekey_test::on_an_empty_database]
    async fn a_trace_names_nobody(db: PgPool) {
        let mail = SmtpServer::start(Mode::Plain).await;
        let (url, batches) = collector().await;
        let setup = setup(&db, &mail)
            .set("REKEY__LOG__OTLP_ENDPOINT", url)
            .set("REKEY__LOG__LEVEL", "debug");
        let key = furnish(&setup, PEOPLE.trim_start()).await;
        let server = setup.serve("server").await;
        let application = Application::new(&server, &key);
        let body = minimal("resetPasswordRequest");
        let status = application.post("resetPasswordRequest", &body).await;
        assert_eq!(status.unwrap(), 204);
        let body = minimal("resetPassword");
        assert_eq!(application.post("resetPassword", &body).await.unwrap(), 422);
        let letters = mail.received(1).await;
        assert_eq!(server.stop().await, Some(0));

        let sent = String::from_utf8_lossy(&batches.lock().unwrap()).into_owned();
        let words = [
            "rekey",
            "request",
            "job",
            "letter",
            "/rest/1/module/sspr/resetPassword",
        ];
        for word in words {
            assert!(sent.contains(word), "{word}");
        }
        let letter = String::from_utf8_lossy(&letters[0].raw).into_owned();
        assert!(letter.contains("JohnDoe"), "the letter was to somebody");
        let sent = sent.to_lowercase();
        for secret in [
            "johndoe",
            "domain.com",
            "qwerty",
            "select ",
            "insert ",
            NOBODYS,
            &key,
        ] {
            assert!(!sent.contains(&secret.to_lowercase()), "{secret}");
        }
    }
}

#[cfg(not(feature = "otlp"))]
mod refused {
    use sqlx::PgPool;

    use crate::harness::binary::Setup;

    /// A setting that would have no effect is refused, with what to do about it.
    #[rekey_test::on_an_empty_database]
    async fn a_build_without_traces_says_so(db: PgPool) {
        let setup = Setup::new(&db).set("REKEY__LOG__OTLP_ENDPOINT", "http://127.0.0.1:4318");
        let ended = setup.command(&["serve"]).output().await.unwrap();
        assert_eq!(ended.status.code(), Some(1));
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(
            said.contains("log.otlp_endpoint") && said.contains("--features otlp"),
            "{said}"
        );
    }
}
