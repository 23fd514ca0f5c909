//! What texts say. Short: one text is 160 characters, and whoever reads it is in a hurry.

use time::Duration;
use zeroize::Zeroizing;

use crate::domain::language::Language;

/// A one-time code, what it is for, and how many minutes it lives, rounded down.
pub fn code(
    tenant_name: &str,
    code: &str,
    lifetime: Duration,
    language: Language,
) -> Zeroizing<String> {
    let tenant = plain(tenant_name);
    let minutes = lifetime.whole_minutes().max(1);
    Zeroizing::new(match language {
        Language::En => format!(
            "{code}: your code for {tenant}, good once and for {minutes} min. Never pass it on."
        ),
        Language::Fr => format!(
            "{code} : votre code pour {tenant}, valable une fois, {minutes} min. Ne le \
             communiquez jamais."
        ),
        Language::Es => format!(
            "{code}: su código para {tenant}, vale una vez, {minutes} min. No se lo dé a nadie."
        ),
    })
}

/// A password that we made.
pub fn password(tenant_name: &str, password: &str, language: Language) -> Zeroizing<String> {
    let tenant = plain(tenant_name);
    Zeroizing::new(match language {
        Language::En => format!(
            "Your new password for {tenant}: {password} Change it when you sign in. Never pass \
             it on."
        ),
        Language::Fr => format!(
            "Votre nouveau mot de passe pour {tenant} : {password} Changez-le à la connexion. Ne \
             le communiquez jamais."
        ),
        Language::Es => format!(
            "Su nueva contraseña para {tenant}: {password} Cámbiela al entrar. No se la dé a nadie."
        ),
    })
}

/// A name as one line of at most 40 characters, without what could pass for something else.
fn plain(name: &str) -> String {
    let is_plain = |c: &char| c.is_alphanumeric() || " .-'&".contains(*c);
    name.chars().filter(is_plain).take(40).collect()
}
