//! The schema itself.

use sqlx::PgConnection;

/// Every migration, embedded in the binary.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// How the schema compares with what this binary was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No migration has been run.
    Empty,
    /// Some have, and some that this binary knows have not.
    Older,
    /// All that this binary knows have been run. Others may have been too: by a newer version,
    /// during an update.
    Current,
}

/// Compares the schema with the migrations.
pub async fn state(db: &mut PgConnection) -> sqlx::Result<State> {
    // Not checked macros: the table belongs to the migrator and is not in our migrations.
    let exists: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut *db)
        .await?;
    if !exists {
        return Ok(State::Empty);
    }
    let applied: Vec<i64> =
        sqlx::query_scalar("select version from _sqlx_migrations where success")
            .fetch_all(db)
            .await?;
    let is_current = MIGRATOR
        .iter()
        .all(|migration| applied.contains(&migration.version));
    Ok(if is_current {
        State::Current
    } else {
        State::Older
    })
}

/// Where the schema and this binary disagree: versions of migrations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Known here, and not run.
    pub missing: Vec<i64>,
    /// Run, and not known here: by a newer binary.
    pub unknown: Vec<i64>,
    /// Run, and another text than the one known here.
    pub altered: Vec<i64>,
    /// Begun, and never ended well.
    pub broken: Vec<i64>,
}

/// Compares the schema with the migrations one by one. The schema must not be empty.
pub async fn differences(db: &mut PgConnection) -> sqlx::Result<Differences> {
    let applied: Vec<(i64, Vec<u8>, bool)> =
        sqlx::query_as("select version, checksum, success from _sqlx_migrations order by version")
            .fetch_all(db)
            .await?;
    let mut differences = Differences::default();
    for migration in MIGRATOR.iter() {
        let found = applied
            .iter()
            .find(|(version, ..)| *version == migration.version);
        match found {
            Some((version, checksum, true)) if *checksum != *migration.checksum => {
                differences.altered.push(*version);
            }
            Some((version, _, false)) => differences.broken.push(*version),
            Some(_) => {}
            None => differences.missing.push(migration.version),
        }
    }
    let is_known = |wanted: i64| MIGRATOR.iter().any(|known| known.version == wanted);
    let unknown = applied.iter().map(|(version, ..)| *version);
    differences.unknown = unknown.filter(|version| !is_known(*version)).collect();
    Ok(differences)
}
