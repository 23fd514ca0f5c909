//! Letters that did not leave, and what becomes of them.

use std::sync::Arc;

use rekey::domain::id::JobId;
use rekey::mail::{Security, Smtp, SmtpSettings};
use rekey::operator::{JobError, JobState, ListedJob, Which};
use sqlx::PgPool;
use time::Duration;

use crate::harness::World;
use crate::harness::smtp::{Behaviour, Mode, SmtpServer};
use crate::harness::world::Setting;
use crate::sspr::minimal;

async fn world(db: PgPool, server: &SmtpServer) -> World {
    let settings = SmtpSettings::new("127.0.0.1", server.port(), Security::Plain);
    let mailer = Arc::new(Smtp::new(&settings).unwrap());
    let setting = Setting {
        mailer: Some(mailer),
        ..Setting::default()
    };
    World::with(db, setting).await
}

impl World {
    async fn jobs(&self, which: Which) -> Vec<ListedJob> {
        self.operator.list_jobs(None, which).await.unwrap()
    }

    async fn ask_for_reset(&self) {
        let body = minimal("resetPasswordRequest");
        self.sspr("resetPasswordRequest", &body).await.is_done();
    }
}

/// A letter that was refused for good is listed, retried and sent.
#[rekey_test::on_a_database]
async fn a_dead_letter_is_listed_without_a_name_and_retried(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    server.behave(Behaviour::RefuseRecipient(550));
    world.ask_for_reset().await;
    let due = world.jobs(Which::All).await;
    assert_eq!(
        (due.len(), due[0].state, due[0].letter),
        (1, JobState::Due, "reset-link")
    );
    assert!(world.jobs(Which::Dead).await.is_empty());
    assert!(world.recovery.delivery.run_one_job().await.unwrap());
    world.hand.turn(Duration::minutes(10));

    let dead = world.jobs(Which::Dead).await;
    assert_eq!(dead.len(), 1);
    let job = &dead[0];
    assert_eq!(
        (job.state, job.tenant.as_str(), job.attempts),
        (JobState::Dead, "demo", 1)
    );
    assert_eq!(job.age, 600);
    assert!(job.last_error.as_ref().unwrap().contains("550"));
    let shown = serde_json::to_string(&dead).unwrap().to_lowercase();
    assert!(
        !shown.contains("johndoe") && !shown.contains('@'),
        "{shown}"
    );
    assert!(
        !world.recovery.delivery.run_one_job().await.unwrap(),
        "nobody takes it by itself"
    );

    server.behave(Behaviour::Accept);
    let retried = world.operator.retry_job(job.id).await.unwrap();
    assert_eq!(retried.state, JobState::Due);
    assert!(world.recovery.delivery.run_one_job().await.unwrap());
    assert_eq!(server.messages().len(), 1);
    assert!(world.jobs(Which::All).await.is_empty());
    let trail = world.trail("job.retried").await;
    assert_eq!(
        (trail.len(), trail[0].1["wasDead"].as_bool()),
        (1, Some(true))
    );
    assert!(matches!(
        world.operator.retry_job(job.id).await,
        Err(JobError::Unknown)
    ));
}

/// A revived letter has a day again: it is not given up at its next failure.
#[rekey_test::on_a_database]
async fn a_retried_letter_has_a_whole_day_again(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    server.behave(Behaviour::RefuseRecipient(550));
    world.ask_for_reset().await;
    world.recovery.delivery.run_one_job().await.unwrap();
    world.hand.turn(Duration::days(3));
    let id = world.jobs(Which::Dead).await[0].id;
    world.operator.retry_job(id).await.unwrap();
    server.behave(Behaviour::RefuseRecipient(450));
    world.recovery.delivery.run_one_job().await.unwrap();
    let jobs = world.jobs(Which::All).await;
    assert_eq!((jobs[0].state, jobs[0].attempts), (JobState::Waiting, 2));
}

/// After an outage, all that waits leaves at once.
#[rekey_test::on_a_database]
async fn everything_that_waits_is_retried_together(db: PgPool) {
    let mut server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    server.down().await;
    world.ask_for_reset().await;
    let body = crate::sspr::about("resetPasswordRequest", "JohnTwo");
    world.sspr("resetPasswordRequest", &body).await.is_done();
    while world.recovery.delivery.run_one_job().await.unwrap() {}
    server.up();
    assert!(
        !world.recovery.delivery.run_one_job().await.unwrap(),
        "they are put off"
    );
    assert_eq!(world.operator.retry_jobs(None).await.unwrap(), 2);
    while world.recovery.delivery.run_one_job().await.unwrap() {}
    assert_eq!(server.messages().len(), 2);
    assert_eq!(
        world
            .operator
            .retry_jobs(Some(&world.tenant))
            .await
            .unwrap(),
        0
    );
}

/// A dropped letter never leaves, and the trail says who dropped what kind.
#[rekey_test::on_a_database]
async fn a_dropped_letter_never_leaves(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    world.ask_for_reset().await;
    let id = world.jobs(Which::All).await[0].id;
    let dropped = world.operator.drop_job(id).await.unwrap();
    assert_eq!((dropped.id, dropped.letter), (id, "reset-link"));
    assert!(!world.recovery.delivery.run_one_job().await.unwrap());
    let trail = world.trail("job.dropped").await;
    assert_eq!(trail[0].1["letter"], "reset-link");
    assert!(!trail[0].1.to_string().contains("JohnDoe"));
    assert!(matches!(
        world.operator.drop_job(id).await,
        Err(JobError::Unknown)
    ));
    let nobodys = JobId::parse("019a9f3e-2b6f-7c41-9d59-0d5f3a2b7c11").unwrap();
    assert!(matches!(
        world.operator.drop_job(nobodys).await,
        Err(JobError::Unknown)
    ));
}

/// What a worker holds is left to it.
#[rekey_test::on_a_database]
async fn a_job_that_is_held_is_left_alone(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    world.ask_for_reset().await;
    world
        .sql("update job set attempts = 1, leased_until = due_at + interval '30 seconds'")
        .await;
    let jobs = world.jobs(Which::All).await;
    assert_eq!(jobs[0].state, JobState::Held);
    assert!(matches!(
        world.operator.drop_job(jobs[0].id).await,
        Err(JobError::Held)
    ));
    assert!(matches!(
        world.operator.retry_job(jobs[0].id).await,
        Err(JobError::Held)
    ));
    assert_eq!(world.operator.retry_jobs(None).await.unwrap(), 0);
    world.hand.turn(Duration::minutes(1));
    world.operator.drop_job(jobs[0].id).await.unwrap();
}
