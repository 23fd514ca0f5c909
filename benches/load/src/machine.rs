//! What the figures were measured on.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Facts as lines of a list.
pub fn describe(postgres: &str, data: &Path) -> Vec<String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned());
    let memory = field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split(' ').next()?.parse::<u64>().ok())
        .map_or(0, |kib| kib / 1024);
    let system = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let now = time::OffsetDateTime::now_utc();
    vec![
        format!("{} UTC", now.date()),
        format!(
            "{cores} cores ({processor}), {memory} MiB, Linux {}",
            system.trim()
        ),
        format!("{}, fsync on, its files on {}", postgres, file_system(data)),
        said("rustc", &["--version"]),
        format!(
            "commit {}",
            said("git", &["describe", "--always", "--dirty"])
        ),
        "server, Postgres and load generator share the cores".to_owned(),
    ]
}

fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(
        |_| format!("{program} is not here"),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

/// The kind of file system that holds a path: on one in memory, a commit is not what it costs elsewhere.
fn file_system(path: &Path) -> String {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let kinds = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (place, kind) = (words.next()?, words.next()?);
        path.starts_with(place).then_some((place.len(), kind))
    });
    kinds.max().map_or("unknown", |(_, kind)| kind).to_owned()
}
