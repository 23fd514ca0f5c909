//! Who runs a command.

use crate::operator::Invoker;

/// The user of this process, by name where `/etc/passwd` has one. Sudo's word on who became root is
/// taken from root only: anybody else could write it there.
pub(super) fn find() -> Invoker {
    let uid = rustix::process::getuid();
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let sudo = std::env::var("SUDO_USER").ok();
    Invoker {
        user: name(&passwd, uid.as_raw()),
        sudo: sudo.filter(|name| uid.is_root() && is_name(name)),
    }
}

fn name(passwd: &str, uid: u32) -> String {
    let known = passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    });
    known.unwrap_or_else(|| format!("uid {uid}"))
}

fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "._-$@".contains(c);
    !name.is_empty() && name.len() <= 64 && name.chars().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_users_by_their_number() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n";
        assert_eq!(name(passwd, 0), "root");
        assert_eq!(name(passwd, 1_000), "ann");
        assert_eq!(name(passwd, 7), "uid 7");
    }

    #[test]
    fn takes_no_strange_names() {
        assert!(is_name("ann-marie.o"));
        assert!(!is_name("") && !is_name("ann\n") && !is_name(&"a".repeat(65)));
    }
}
