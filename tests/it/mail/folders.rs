//! Letters that stay in the house: in a folder, in memory.

use std::os::unix::fs::PermissionsExt as _;

use rekey::domain::identifier::EmailAddress;
use rekey::mail::{Directory, Letter, Mailbox, Mailer as _, Reason, Undelivered};
use time::Duration;

use super::{NOW, letter};
use crate::harness::folder::{Folder, names};
use crate::harness::mime::Parsed;

#[tokio::test]
async fn a_letter_becomes_a_file() {
    let folder = Folder::new();
    let path = folder.path().join("mail");
    let directory = Directory::open(&path).unwrap();
    directory.send(&letter()).await.unwrap();
    let later = Letter {
        date: NOW + Duration::SECOND,
        message_id: "../../etc/passwd@x".to_owned(),
        ..letter()
    };
    directory.send(&later).await.unwrap();

    let names = names(&path);
    let [first, second] = names.as_slice() else {
        panic!("{names:?}");
    };
    assert_eq!(
        first,
        "20261121T054430.123456Z-0190a3c4-1111@demo_example.eml"
    );
    assert_eq!(second, "20261121T054431.123456Z-______etc_passwd@x.eml");

    let file = path.join(first);
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let parsed = Parsed::read(&std::fs::read(&file).unwrap());
    assert_eq!(parsed.header("Subject"), "Choose a new password");
    assert_eq!(parsed.text, *letter().content.text);
}

#[tokio::test]
async fn a_folder_that_is_gone_is_for_later() {
    let folder = Folder::new();
    let directory = Directory::open(folder.path()).unwrap();
    std::fs::remove_dir(folder.path()).unwrap();
    let sent = directory.send(&letter()).await;
    let reason = Reason::Folder(std::io::ErrorKind::NotFound);
    assert_eq!(sent, Err(Undelivered::Later(reason)));
}

#[tokio::test]
async fn a_mailbox_keeps_the_latest() {
    let mailbox = Mailbox::new();
    for n in 0..1002 {
        let message_id = format!("{n}@demo.example");
        let letter = Letter {
            message_id,
            ..letter()
        };
        mailbox.clone().send(&letter).await.unwrap();
    }
    let letters = mailbox.letters();
    assert_eq!(letters.len(), 1000);
    assert_eq!(letters[0].message_id, "2@demo.example");
    assert_eq!(letters[999].message_id, "1001@demo.example");
}

#[tokio::test]
async fn a_mailbox_refuses_what_no_server_would_take() {
    let to = EmailAddress::parse("a b@demo.example").unwrap();
    let sent = Mailbox::new().send(&Letter { to, ..letter() }).await;
    assert_eq!(sent, Err(Undelivered::Never(Reason::Recipient)));
}
