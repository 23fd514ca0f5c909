//! Accounts of one address, and the mailboxes that its spellings are.

use std::collections::BTreeMap;

use crate::domain::account::Account;
use crate::domain::identifier::EmailAddress;

/// Accounts by the mailbox that their mail goes to, to the letter: two spellings of one key may be two
/// people's mailboxes, and neither is told the other's names. Only domains are the same however they are
/// written (RFC 5321, section 2.4).
pub(super) fn by_spelling(accounts: &[Account]) -> BTreeMap<String, Vec<&Account>> {
    let mut mailboxes = BTreeMap::<_, Vec<_>>::new();
    for account in accounts {
        if let Some(email) = &account.email {
            mailboxes.entry(spelling(email)).or_default().push(account);
        }
    }
    mailboxes
}

/// What tells a mailbox from others with the same key: the local part as it is stored.
pub(super) fn spelling(email: &EmailAddress) -> String {
    let key = email.key().value;
    let domain = key.rsplit_once('@').map_or("", |(_, domain)| domain);
    format!("{}@{domain}", email.local_part())
}

/// Whom a letter about several accounts of a mailbox is written to: one of them, with the name and the
/// language that all have. Where they differ, it names nobody.
pub(super) fn spokesman(accounts: &[&Account]) -> Option<(Account, EmailAddress)> {
    let (first, others) = accounts.split_first()?;
    let to = first.email.clone()?;
    let all = |same: fn(&Account, &Account) -> bool| others.iter().all(|one| same(first, one));
    let is_one_name = all(|one, other| one.name == other.name);
    let is_one_language = all(|one, other| one.language == other.language);
    let spokesman = Account {
        name: first.name.clone().filter(|_| is_one_name),
        language: first.language.filter(|_| is_one_language),
        ..(*first).clone()
    };
    Some((spokesman, to))
}
