//! `rekey demo`, as somebody new to it would use it.

use std::process::Stdio;

use tokio::process::Command;

use crate::harness::Browser;
use crate::harness::binary::lines_until;
use crate::harness::folder::Folder;

/// The printed commands, pasted as they are, take `JohnDoe` and `ChloeTremblay` from forgotten
/// passwords to new ones.
#[tokio::test]
async fn the_printed_commands_work_as_they_are() {
    let folder = Folder::new();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_rekey"))
        .args(["demo", "--port", "0"])
        .env_remove("REKEY_CONFIG")
        .env("REKEY__DATABASE__DATA_DIR", folder.path().join("data"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let printed = lines_until(demo.stdout.take().unwrap(), |line| {
        line.starts_with("Ctrl-C")
    })
    .await;

    let output = Command::new("bash")
        .arg("-c")
        .arg(pasted(&printed))
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let statuses: Vec<&str> = said
        .lines()
        // A body ends without a new line, so a status may stand behind one.
        .filter_map(|line| Some(&line[line.find("HTTP/1.1")?..]))
        .collect();
    assert_eq!(
        statuses,
        [
            "HTTP/1.1 204 No Content",
            "HTTP/1.1 204 No Content",
            "HTTP/1.1 422 Unprocessable Entity",
            "HTTP/1.1 200 OK",
            "HTTP/1.1 200 OK",
            "HTTP/1.1 201 Created",
            "HTTP/1.1 200 OK",
            "HTTP/1.1 204 No Content",
            "HTTP/1.1 200 OK",
            "HTTP/1.1 204 No Content",
            "HTTP/1.1 200 OK",
            "HTTP/1.1 200 OK",
            "HTTP/1.1 204 No Content",
        ],
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for body in [
        r#"{"message":"success"}"#,
        r#"{"message":"token_deauthorized"}"#,
    ] {
        assert!(said.contains(body), "{said}");
    }
    let page = printed
        .iter()
        .find_map(|line| line.strip_prefix("Letters arrive here:"))
        .unwrap();
    let mailbox = reqwest::get(page.trim()).await.unwrap();
    let policy = mailbox.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let mailbox = mailbox.text().await.unwrap();
    assert_eq!(
        mailbox.matches("<article>").count(),
        9,
        "two links, a PIN, a code, four notices, and the PIN as a text"
    );
    assert_eq!(
        mailbox.matches("<iframe sandbox=\"allow-popups ").count(),
        8
    );

    // The newest letter is a notice; its link leads from the mailbox to a page.
    let browser = Browser::start().await;
    browser.open(page.trim()).await;
    let frame = browser.find("iframe").await;
    frame.enter_frame().await.unwrap();
    browser.click("a[href*='/recover/not-me?']").await;
    let windows = browser.client.windows().await.unwrap();
    let opened = windows.into_iter().last().unwrap();
    browser.client.switch_to_window(opened).await.unwrap();
    // The letter is French, as its account is; the browser speaks English, and nobody has chosen.
    browser.page("It was not you?").await;
    let pages = printed
        .iter()
        .find_map(|line| line.strip_prefix("The recovery pages:"))
        .unwrap();
    browser.open(pages.trim()).await;
    browser.page("Forgot your password?").await;
    drop(browser);

    let pid = rustix::process::Pid::from_raw(demo.id().unwrap().cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(demo.wait().await.unwrap().code(), Some(0));
}

/// The commands in what was printed: what begins with one, up to the next blank line.
fn pasted(printed: &[String]) -> String {
    let mut script = String::new();
    let mut is_command = false;
    for line in printed {
        let starts = ["curl ", "TOKEN=", "AUTH=", "SESSION=", "CODE="];
        is_command =
            starts.iter().any(|start| line.starts_with(start)) || (is_command && !line.is_empty());
        if is_command {
            script.push_str(line);
            script.push('\n');
        }
    }
    script
}
