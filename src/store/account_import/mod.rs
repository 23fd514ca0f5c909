//! Tables `account_import`, `changed_import` and `altered_import`: lines of an import under way, those of
//! them that changed an account, and what they changed of who gets in. What becomes of the lines is in the files beside this one.
//!
//! An account is created here only; so nothing is updated but what another import, or somebody
//! recovering, may be updating too. [`lock_accounts`] comes first for that reason.

mod accounts;
mod alterations;
mod identifiers;
mod passwords;
mod problems;
mod statuses;

use sqlx::PgConnection;

pub use self::accounts::{create_accounts, lock_accounts, update_accounts};
pub use self::alterations::{Altered, list_alterations, note_alterations};
pub use self::identifiers::{Contact, claim_identifiers, forget_identifiers, list_contacts};
pub use self::passwords::{
    end_keys, end_sessions, keep_history, set_passwords, trim_history, void_tokens,
};
pub use self::problems::{Duplicate, Problem, What, duplicates, problems};
pub use self::statuses::{end_keys_of_disabled, end_sessions_of_inactive};
use crate::domain::account::{AccountStatus, Reference, Role, UserType};
use crate::domain::id::{AccountId, TenantId};
use crate::domain::identifier::{EmailAddress, Kind, LoginName, Phone};
use crate::domain::language::Language;

/// A line that makes sense by itself. `None` in a member that cannot be cleared: the line does not
/// say; in one that can: see `given`.
pub struct Row {
    /// Where it is in its file.
    pub line: i64,
    /// The number of the account, should it be new.
    pub account_id: AccountId,
    /// The reference of the account, should it be new.
    pub reference: Reference,
    /// What finds the account, should it be there.
    pub login: LoginName,
    /// Which of its names SSPR knows it by.
    pub user_type: Option<UserType>,
    /// Where its mail goes.
    pub email: Option<EmailAddress>,
    /// Where its SMS go.
    pub phone: Option<Phone>,
    /// What the person is called.
    pub name: Option<String>,
    /// The language of its letters.
    pub language: Option<Language>,
    /// What it may do to others.
    pub role: Option<Role>,
    /// The key of its broker's login.
    pub broker_key: Option<String>,
    /// Whether it may be used.
    pub status: Option<AccountStatus>,
    /// A question that its owner can answer.
    pub security_question: Option<String>,
    /// The hash of the answer.
    pub security_answer_hash: Option<String>,
    /// The members that can be cleared which the line has: `email`, `phone`, `name`, `language`,
    /// `broker`, `security`.
    pub given: Vec<&'static str>,
    /// Which of its names shall find the account, if the line lists them.
    pub identifiers: Option<Vec<Kind>>,
}

/// Stages lines.
pub async fn insert(db: &mut PgConnection, tenant_id: TenantId, rows: &[Row]) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into account_import (tenant_id, line, account_id, reference, login, login_key,
            user_type, email, email_key, phone, name, language, role, broker_key, status,
            security_question, security_answer_hash, given, identifiers)
        select $1, line, account_id, reference, login, login_key,
            user_type, email, email_key, phone, name, language, role, broker_key, status,
            security_question, security_answer_hash,
            string_to_array(given, ','), string_to_array(identifiers, ',')
        from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
            $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
            $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[])
            as row (line, account_id, reference, login, login_key, user_type, email, email_key,
                phone, name, language, role, broker_key, status, security_question,
                security_answer_hash, given, identifiers)
        "#,
        tenant_id as TenantId,
        &column(rows, |row| row.line),
        &column(rows, |row| row.account_id) as &[AccountId],
        &column(rows, |row| row.reference.as_str()) as &[&str],
        &column(rows, |row| row.login.as_str()) as &[&str],
        &column(rows, |row| row.login.key().value),
        &column(rows, |row| row.user_type.map(UserType::as_str)) as &[Option<&str>],
        &column(rows, |row| row.email.as_ref().map(EmailAddress::as_str)) as &[Option<&str>],
        &column(rows, |row| row
            .email
            .as_ref()
            .map(|email| email.key().value)) as &[Option<String>],
        &column(rows, |row| row.phone.as_ref().map(Phone::as_str)) as &[Option<&str>],
        &column(rows, |row| row.name.as_deref()) as &[Option<&str>],
        &column(rows, |row| row.language.map(Language::code)) as &[Option<&str>],
        &column(rows, |row| row.role.map(Role::as_str)) as &[Option<&str>],
        &column(rows, |row| row.broker_key.as_deref()) as &[Option<&str>],
        &column(rows, |row| row.status.map(AccountStatus::as_str)) as &[Option<&str>],
        &column(rows, |row| row.security_question.as_deref()) as &[Option<&str>],
        &column(rows, |row| row.security_answer_hash.as_deref()) as &[Option<&str>],
        &column(rows, |row| row.given.join(",")),
        &column(rows, |row| row.identifiers.as_deref().map(words)) as &[Option<String>],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Counts and samples what an import reads and what it writes, so that the statements that follow
/// are planned for as many rows as there are by now: rows of this transaction are in no statistics.
///
/// Only one transaction at a time may do so; the next waits here until this one ends.
pub async fn analyze(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("analyze account_import, password_import, account, identifier, password")
        .execute(db)
        .await?;
    Ok(())
}

/// Counts the lines that changed an account that was there before.
pub async fn count_changed(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from changed_import where tenant_id = $1"#,
        tenant_id as TenantId,
    )
    .fetch_one(db)
    .await
}

/// Forgets the staged lines.
pub async fn clear(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with changed as (delete from changed_import where tenant_id = $1),
            altered as (delete from altered_import where tenant_id = $1)
        delete from account_import where tenant_id = $1
        "#,
        tenant_id as TenantId,
    )
    .execute(db)
    .await?;
    Ok(())
}

fn column<'a, T>(rows: &'a [Row], cell: impl Fn(&'a Row) -> T) -> Vec<T> {
    rows.iter().map(cell).collect()
}

fn words(kinds: &[Kind]) -> String {
    let words: Vec<_> = kinds.iter().map(|kind| kind.as_str()).collect();
    words.join(",")
}
