//! Measures Rekey from outside: the release binary, on a durable Postgres of its own, by a load
//! generator on the same cores. Each figure stands beside a limit that was measured in the same run, so
//! that what is judged is a ratio, which travels from one machine to another.
//!
//! ```text
//! rekey-load PATH/TO/rekey [SECTION…]     all sections, or some: start requests checks sign-in
//!                                         storm memory gap letters pages day
//! ```
//!
//! `drive` asks and counts, `scenarios` say what, `bare` and `raw` are the limits, `place` holds the
//! database and starts servers, `sink` is where letters go.

mod bare;
mod dice;
mod drive;
mod figures;
mod http;
mod machine;
mod people;
mod place;
mod raw;
mod scenarios;
mod sink;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use tokio::signal::ctrl_c;
use tokio::signal::unix::{SignalKind, signal};

use self::figures::Figures;
use self::place::Place;

/// Whatever keeps something from being measured.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What the scenarios work with.
pub struct Bench {
    pub place: Place,
    pub figures: Figures,
    /// The binary that is measured.
    pub rekey: PathBuf,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        // A server of its own kind, with threads as the server has them.
        ["bare", what, address, url] => run(true, async {
            bare::serve(what, address.parse()?, url).await
        }),
        ["hashes"] => {
            raw::hashes(std::time::Duration::from_secs(5)).map(|rate| println!("{rate:.1}/s"))
        }
        [rekey, sections @ ..] => run(false, measure(PathBuf::from(rekey), sections)),
        [] => Err("usage: rekey-load PATH/TO/rekey [SECTION…]".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("rekey-load: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// The load generator makes do with one thread, to leave the cores to what it measures.
fn run(is_server: bool, work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let mut builder = if is_server {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    builder.enable_all().build()?.block_on(work)
}

async fn measure(rekey: PathBuf, sections: &[&str]) -> Result<(), Failure> {
    let began = Instant::now();
    eprintln!("a database and {} accounts …", people::PEOPLE);
    let place = Place::make(&rekey).await?;
    sqlx::raw_sql(bare::TABLES).execute(&place.db).await?;
    let version: String = sqlx::query_scalar("select version()")
        .fetch_one(&place.db)
        .await?;
    let postgres = version.split(" (").next().unwrap_or_default();
    let facts = machine::describe(postgres, place.folder.path());
    let mut bench = Bench {
        place,
        figures: Figures::default(),
        rekey,
    };
    // Told to stop, everything that was started is ended, and the folder goes.
    let mut stop = signal(SignalKind::terminate())?;
    tokio::select! {
        done = scenarios::run(&mut bench, sections) => done?,
        _ = stop.recv() => return Err("told to stop".into()),
        _ = ctrl_c() => return Err("told to stop".into()),
    }
    let Bench { place, figures, .. } = bench;
    place.close().await?;
    for fact in facts {
        println!("- {fact}");
    }
    println!(
        "- measured in {} s, without building",
        began.elapsed().as_secs()
    );
    print!("{}", figures.print());
    Ok(())
}
