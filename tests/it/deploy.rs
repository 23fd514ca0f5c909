//! What operators start from agrees with the program, and what the pages quote is what is run.

use std::path::Path;

use rekey::config::{Config, Environment};
use serde_json::Value;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The proxies' files that `make rolling` runs are those that people read.
#[test]
fn the_page_quotes_the_files_that_are_run() {
    let page = read("docs/operations.md");
    for (language, file) in [("haproxy", "haproxy.cfg"), ("nginx", "nginx.conf")] {
        let quoted = format!(
            "```{language}\n{}```",
            read(&format!("deploy/proxy/{file}"))
        );
        assert!(
            page.contains(&quoted),
            "docs/operations.md does not quote {file}"
        );
    }
}

/// The manifests' server file is a good one but for the secrets that are mounted, and a pod is given the
/// time that leaving takes.
#[test]
fn the_manifests_fit_the_program() {
    let manifests: Vec<Value> =
        serde_saphyr::from_multiple(&read("deploy/kubernetes/rekey.yaml")).unwrap();
    let of_kind = |kind: &str| manifests.iter().find(|one| one["kind"] == kind).unwrap();
    let file = of_kind("ConfigMap")["data"]["rekey.toml"].as_str().unwrap();
    let file = file.replace("url_file", "#").replace("keys_file", "#");
    let config = Config::parse("rekey.toml", &file, &Environment::default()).unwrap();
    let pod = &of_kind("Deployment")["spec"]["template"]["spec"];
    let grace = pod["terminationGracePeriodSeconds"].as_u64().unwrap();
    assert!(grace >= config.server.drain.as_secs() + 10);
    let container = &pod["containers"][0];
    for probe in ["startupProbe", "livenessProbe"] {
        assert_eq!(container[probe]["httpGet"]["path"], "/health/live");
    }
    assert_eq!(
        container["readinessProbe"]["httpGet"]["path"],
        "/health/ready"
    );
    assert_eq!(container["securityContext"]["readOnlyRootFilesystem"], true);
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(pod["securityContext"]["runAsUser"], 10001);
    assert!(read("Dockerfile").contains("USER 10001:10001"));
}
