//! Templates from an operator's folder.

use rekey::domain::language::Language;
use rekey::mail::{Kind, Templates, Unloadable};

use super::letters::{frame, values};
use crate::harness::folder::Folder;

fn refusal(folder: &Folder) -> Unloadable {
    let Err(refusal) = Templates::with_overrides(folder.path()) else {
        panic!("was loaded");
    };
    refusal
}

#[test]
fn a_file_replaces_the_template_of_its_name() {
    let folder = Folder::new();
    folder.write(
        "reset-link.en.txt",
        "Dear {{ login }}: {{ link }} & {{ lifetime }}",
    );
    folder.write("layout.fr.txt", "Salut !\n{% block body %}{% endblock %}");
    folder.write("notes.md", "not a template {{");
    let templates = Templates::with_overrides(folder.path()).unwrap();
    let builtin = Templates::builtin();
    let render = |templates: &Templates, language| {
        templates
            .render(&frame(language), &values(Kind::ResetLink))
            .unwrap()
    };

    let english = render(&templates, Language::En);
    assert!(
        english
            .text
            .starts_with("Dear ann: https://app.demo.example/")
    );
    assert!(english.text.ends_with(" & 1 hour"));
    let original = render(&builtin, Language::En);
    assert_eq!(english.subject, original.subject);
    assert_eq!(english.html, original.html);
    let french = render(&templates, Language::Fr);
    assert!(french.text.starts_with("Salut !\nQuelqu’un"));
}

#[test]
fn an_html_file_is_escaped_like_the_built_in_one() {
    let folder = Folder::new();
    folder.write("one-time-code.en.html", "<p>{{ tenant }} {{ code }}</p>");
    let templates = Templates::with_overrides(folder.path()).unwrap();
    let mut frame = frame(Language::En);
    frame.tenant_name = "<b>&";
    let content = templates
        .render(&frame, &values(Kind::OneTimeCode))
        .unwrap();
    assert_eq!(*content.html, "<p>&lt;b&gt;&amp; 493027</p>");
}

#[test]
fn a_broken_file_is_named_with_its_line() {
    for (source, line) in [
        ("one\ntwo {% if %}\n", 2),
        ("one\ntwo\n{{ passwort }}\n", 3),
        ("{{ code|nosuch }}", 1),
        ("{% include '../../../etc/passwd' %}", 1),
        ("{% include '/etc/passwd' %}", 1),
    ] {
        let folder = Folder::new();
        folder.write("one-time-code.fr.txt", source);
        let refusal = refusal(&folder);
        let path = folder.path().join("one-time-code.fr.txt");
        let place = format!("{}, line {line}: ", path.display());
        assert!(refusal.to_string().starts_with(&place), "{refusal}");
    }
}

#[test]
fn a_misspelt_name_is_told() {
    let folder = Folder::new();
    folder.write("reset-link.de.txt", "Hallo");
    let told = refusal(&folder).to_string();
    assert!(
        told.contains("reset-link.de.txt replaces no template"),
        "{told}"
    );
}

#[test]
fn a_folder_or_file_that_cannot_be_read_is_named() {
    let folder = Folder::new();
    let missing = folder.path().join("none");
    let refused = Templates::with_overrides(&missing).err().unwrap();
    assert_eq!(
        refused.to_string(),
        format!("cannot read {}: entity not found", missing.display())
    );
    std::fs::write(folder.path().join("layout.html"), [0xff, 0xfe]).unwrap();
    assert!(refusal(&folder).to_string().contains("layout.html"));
}

#[test]
fn a_template_that_fails_on_real_values_is_an_error_without_values() {
    let folder = Folder::new();
    let source = "{% if login == 'ann' and tenant != 'Example' %}{{ link.nosuch.more }}{% endif %}";
    folder.write("reset-link.en.txt", source);
    let templates = Templates::with_overrides(folder.path()).unwrap();
    let failed = templates.render(&frame(Language::En), &values(Kind::ResetLink));
    let error = failed.err().unwrap();
    let told = format!("{error} {error:?}");
    assert!(
        told.starts_with("cannot render reset-link.en.txt, line 1: undefined value"),
        "{told}"
    );
    assert!(
        !told.contains("app.demo") && !told.contains("0123"),
        "{told}"
    );
}
