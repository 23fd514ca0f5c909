//! Every letter in every language, as people get it. Read the snapshots: they are the letters.

use rekey::domain::account::AccountStatus;
use rekey::domain::alteration::Part;
use rekey::domain::language::Language;
use rekey::mail::{
    AccountChanged, AccountDisowned, AccountLink, AccountLinks, AccountUnlocked, Frame,
    GeneratedPassword, Kind, OneTimeCode, PasswordChanged, ResetLink, Templates, UnlockLink,
    Usernames, Values,
};
use time::Duration;

use super::NOW;

const LINK: &str = "https://app.demo.example/reset?lang=en&t=1#0123456789abcdef";
const TOKEN: &str = "0123456789abcdef";
const REFERENCE: &str = "K7QX-2M";

const ACCOUNTS: [AccountLink<'static>; 2] = [
    AccountLink {
        login: "ann",
        link: LINK,
        token: TOKEN,
    },
    AccountLink {
        login: "ann.ohara",
        link: "https://app.demo.example/reset?lang=en&t=1#fedcba9876543210",
        token: "fedcba9876543210",
    },
];

pub(super) fn frame(language: Language) -> Frame<'static> {
    Frame {
        tenant_name: "Demo Cooperative",
        person_name: Some("Ann O'Hara"),
        login: "ann",
        language,
        support: Some("help@demo.example, +1 514 555 0100"),
    }
}

pub(super) fn values(kind: Kind) -> Values<'static> {
    let (link, token, reference, at) = (LINK, TOKEN, REFERENCE, NOW);
    let password_type = "Login password";
    match kind {
        Kind::ResetLink => Values::ResetLink(ResetLink {
            link,
            token,
            lifetime: Duration::HOUR,
            reference,
        }),
        Kind::UnlockLink => Values::UnlockLink(UnlockLink {
            link,
            token,
            lifetime: Duration::minutes(30),
            reference,
        }),
        Kind::ResetLinks => Values::ResetLinks(AccountLinks {
            accounts: &ACCOUNTS,
            more: &["bob", "carol"],
            lifetime: Duration::HOUR,
            reference,
        }),
        Kind::UnlockLinks => Values::UnlockLinks(AccountLinks {
            accounts: &ACCOUNTS,
            more: &[],
            lifetime: Duration::minutes(30),
            reference,
        }),
        Kind::Usernames => Values::Usernames(Usernames {
            logins: &["ann", "ann.ohara"],
            reference,
        }),
        Kind::GeneratedPassword => Values::GeneratedPassword(GeneratedPassword {
            password: "Xk7<&>mQ\"2",
            password_type,
            reference,
        }),
        Kind::OneTimeCode => Values::OneTimeCode(OneTimeCode {
            code: "493027",
            lifetime: Duration::minutes(10),
            recovers: false,
            reference,
        }),
        Kind::PasswordChanged => Values::PasswordChanged(PasswordChanged {
            password_type,
            at,
            not_me: Some(LINK),
            lifetime: Duration::DAY,
            reference,
        }),
        Kind::AccountUnlocked => Values::AccountUnlocked(AccountUnlocked { at, reference }),
        Kind::AccountChanged => Values::AccountChanged(AccountChanged {
            parts: &[Part::Email, Part::Phone, Part::SecurityQuestion],
            passwords: &["Login password", "PIN"],
            status: Some(AccountStatus::Active),
            at,
            reference,
        }),
        Kind::AccountDisowned => Values::AccountDisowned(AccountDisowned {
            tenant_code: "demo",
            at,
            until: at + Duration::DAY,
            reference,
        }),
    }
}

/// S-05.
#[test]
fn every_letter_in_every_language() {
    let templates = Templates::builtin();
    for kind in Kind::ALL {
        for language in Language::ALL {
            let content = templates.render(&frame(language), &values(kind)).unwrap();
            let name = format!("{}.{}", kind.as_str(), language.code());
            let text = format!("Subject: {}\n\n{}", content.subject, *content.text);
            insta::assert_snapshot!(format!("{name}.txt"), text);
            insta::assert_snapshot!(format!("{name}.html"), content.html.as_str());
        }
    }
}

#[test]
fn links_stand_whole_in_both_parts() {
    let templates = Templates::builtin();
    for kind in [Kind::ResetLink, Kind::UnlockLink] {
        for language in Language::ALL {
            let content = templates.render(&frame(language), &values(kind)).unwrap();
            assert!(content.text.contains(&format!("\n{LINK}\n")));
            assert!(content.text.contains(&format!("\n{TOKEN}\n")));
            let href = format!(" href=\"{}\"", LINK.replace('&', "&amp;"));
            // The button, and the address below it: an odd number of links is a mark of junk mail.
            assert_eq!(content.html.matches(&href).count(), 2);
            assert_eq!(content.html.matches("<a ").count(), 2);
        }
    }
}

/// The kind: a filter that counts the links of the HTML part finds an even number in every letter.
#[test]
fn every_letter_has_an_even_number_of_links() {
    let templates = Templates::builtin();
    for kind in Kind::ALL {
        for language in Language::ALL {
            let content = templates.render(&frame(language), &values(kind)).unwrap();
            let links = content.html.matches("<a ").count();
            assert_eq!(links % 2, 0, "{links} in {}", kind.as_str());
            // What reads as a link is one: the text of an address is the inside of a link.
            let shown = content.html.replace("<wbr>", "");
            assert_eq!(shown.matches(">https://").count(), links / 2);
        }
    }
}

/// The kind: long words break where no style says so, and are copied whole.
#[test]
fn a_long_word_breaks_without_styles() {
    let token = "0123456789abcdef".repeat(4);
    let link = format!("https://recover.demo.example/recover/reset?token={token}");
    let values = Values::ResetLink(ResetLink {
        link: &link,
        token: &token,
        lifetime: Duration::HOUR,
        reference: REFERENCE,
    });
    let content = Templates::builtin()
        .render(&frame(Language::En), &values)
        .unwrap();
    for text in content.html.split('<').map(|tag| tag.split_once('>')) {
        let (_, text) = text.unwrap_or_default();
        for word in text.split_whitespace() {
            assert!(word.len() <= 32, "{word}");
        }
    }
    let shown = content.html.replace("<wbr>", "");
    assert!(shown.contains(&format!(">{link}</a>")) && shown.contains(&format!(">{token}</p>")));
}

/// The kind: a name that ends in a full stop stands in front of no other.
#[test]
fn a_tenant_that_ends_in_a_full_stop_ends_no_sentence() {
    let templates = Templates::builtin();
    for kind in Kind::ALL {
        for language in Language::ALL {
            for support in [Some("help@demo.example"), None] {
                let frame = Frame {
                    tenant_name: "Demo Ltd.",
                    person_name: Some("John Doe <Jr.>"),
                    support,
                    ..frame(language)
                };
                let content = templates.render(&frame, &values(kind)).unwrap();
                for part in [&content.subject, &*content.text, &*content.html] {
                    assert!(!part.contains("Ltd.."), "{part}");
                }
                assert!(content.text.contains("John Doe <Jr.>"), "{}", *content.text);
            }
        }
    }
}

#[test]
fn what_is_not_known_leaves_no_gap() {
    let templates = Templates::builtin();
    for kind in Kind::ALL {
        for language in Language::ALL {
            let bare = Frame {
                person_name: None,
                support: None,
                ..frame(language)
            };
            let content = templates.render(&bare, &values(kind)).unwrap();
            for part in [&content.text, &content.html] {
                assert!(
                    !part.contains(" none") && !part.contains(" ,"),
                    "{}",
                    **part
                );
                assert!(part.contains("Demo Cooperative"));
            }
            let greetings = ["Hello,\n", "Bonjour,\n", "Hola:\n"];
            assert!(
                greetings
                    .iter()
                    .any(|words| content.text.starts_with(words))
            );
        }
    }
}

#[test]
fn a_notice_without_a_page_to_object_on_says_what_else_to_do() {
    for language in Language::ALL {
        let Values::PasswordChanged(changed) = values(Kind::PasswordChanged) else {
            panic!("another letter");
        };
        let bare = Values::PasswordChanged(PasswordChanged {
            not_me: None,
            ..changed
        });
        let content = Templates::builtin()
            .render(&frame(language), &bare)
            .unwrap();
        assert!(!content.html.contains("<a ") && !content.text.contains("://"));
        insta::assert_snapshot!(
            format!("password-changed-bare.{}.txt", language.code()),
            content.text.as_str()
        );
    }
}

#[test]
fn one_login_name_is_told_in_the_singular() {
    let one = Values::Usernames(Usernames {
        logins: &["ann"],
        reference: REFERENCE,
    });
    let templates = Templates::builtin();
    let english = templates.render(&frame(Language::En), &one).unwrap();
    assert_eq!(english.subject, "Your login name at Demo Cooperative");
    assert!(
        english
            .text
            .contains("This is your login name:\n\n- ann\n\n")
    );
    let french = templates.render(&frame(Language::Fr), &one).unwrap();
    assert_eq!(french.subject, "Votre identifiant chez Demo Cooperative");
}

#[test]
fn letters_fetch_nothing_and_run_nothing() {
    let templates = Templates::builtin();
    for kind in Kind::ALL {
        for language in Language::ALL {
            let content = templates.render(&frame(language), &values(kind)).unwrap();
            let html = content.html.to_lowercase();
            for wrong in [
                "<img", "<script", "<link", "<form", "<iframe", "url(", "@import", "src=",
            ] {
                assert!(!html.contains(wrong), "{wrong} in {}", kind.as_str());
            }
            assert!(html.contains(&format!("<html lang=\"{}\"", language.code())));
            assert!(html.contains("prefers-color-scheme: dark"));
        }
    }
}
