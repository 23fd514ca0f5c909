//! What is wrong with a server file.

use super::{check, server_mistakes};

#[test]
fn every_mistake_says_where_and_what_to_write() {
    check(MISTAKES, server_mistakes);
}

#[test]
fn a_name_nobody_knows_is_met_with_the_nearest() {
    check(
        &[
            (
                "[server]\nbnid = \"127.0.0.1:80\"",
                "rekey.toml:2: server.bnid is not a setting; did you mean server.bind?",
            ),
            (
                "[sever]\nbind = \"127.0.0.1:80\"",
                "rekey.toml:2: sever.bind is not a setting; did you mean server.bind?",
            ),
            (
                "public_url = \"https://recover.example\"",
                "rekey.toml:1: public_url is not a setting; did you mean server.public_url?",
            ),
            (
                "[hashing]\nsalt = \"\"",
                "rekey.toml:2: hashing.salt is not a setting; hashing takes memory_kib, \
                 iterations, parallelism, concurrency, queue",
            ),
            (
                "[telemetry]",
                "rekey.toml:1: telemetry is not a setting; the sections are server, database, \
                 secrets, mail, sms, hashing, limits, retention, log",
            ),
            (
                "server = \"127.0.0.1:80\"",
                "rekey.toml:1: server is a section; write its settings one by one",
            ),
            (
                "[[server]]\nbind = \"127.0.0.1:80\"",
                "rekey.toml:1: server cannot be repeated; write [server] once",
            ),
        ],
        server_mistakes,
    );
}

/// T-12.
#[test]
fn http_leads_to_this_machine_or_nowhere() {
    for (host, is_fine) in [
        ("localhost", true),
        ("LOCALHOST:8080", true),
        ("demo.localhost:8080", true),
        ("127.1.2.3", true),
        ("[::1]:8080", true),
        ("192.0.2.1", false),
        ("[2001:db8::1]", false),
        ("notlocalhost", false),
        ("localhost.example", false),
    ] {
        let said =
            |scheme| server_mistakes(&format!("[server]\npublic_url = \"{scheme}://{host}\""));
        assert_eq!(said("http") == "nothing", is_fine, "{host}");
        assert_eq!(said("https"), "nothing", "{host}");
    }
}

#[test]
fn a_file_that_is_not_toml_says_where_it_stops_being_it() {
    assert_eq!(
        server_mistakes("[server]\nbind = 127.0.0.1:8080\n"),
        "rekey.toml:2: invalid float, expected nothing"
    );
    assert_eq!(
        server_mistakes("[database]\nurl = \"postgres://rekey:Hunter2!@db.example\n"),
        "rekey.toml:2: invalid basic string, expected `\"`"
    );
}

#[test]
fn all_mistakes_come_at_once_in_the_order_of_the_file() {
    assert_eq!(
        super::layered_mistakes(
            "[limits]\nrecovery_per_identifier = \"5/week\"\n\n[server]\nbind = \"here\"\n\
             bnid = \"there\"\n\n[mail]\ntransport = \"pigeon\"\n",
            &[
                ("REKEY__HASHING__QUEUE", "long"),
                ("REKEY__HASHING__QUEEU", "9")
            ],
        ),
        "rekey.toml:2: limits.recovery_per_identifier is \"5/week\"; write a whole number, a \
         slash and second, minute, hour or day, like 5/hour\n\
         rekey.toml:5: server.bind is \"here\"; write an address and a port, like \
         127.0.0.1:8080 or [::1]:8080\n\
         rekey.toml:6: server.bnid is not a setting; did you mean server.bind?\n\
         rekey.toml:9: mail.transport is \"pigeon\"; write smtp, directory or mailbox\n\
         REKEY__HASHING__QUEEU: hashing.queeu is not a setting; did you mean \
         REKEY__HASHING__QUEUE?\n\
         REKEY__HASHING__QUEUE: hashing.queue is \"long\"; write a whole number from 1 to 100000"
    );
}

/// What is written, and what is said about it.
const MISTAKES: &[(&str, &str)] = &[
    (
        "[server]\nbind = \"localhost\"",
        "rekey.toml:2: server.bind is \"localhost\"; write an address and a port, like \
         127.0.0.1:8080 or [::1]:8080",
    ),
    (
        "server.bind = 8080",
        "rekey.toml:1: server.bind is 8080; write an address and a port, like \
         127.0.0.1:8080 or [::1]:8080",
    ),
    (
        "[server]\noperator_bind = \"9090\"",
        "rekey.toml:2: server.operator_bind is \"9090\"; write an address and a port, \
         like 127.0.0.1:8080 or [::1]:8080",
    ),
    (
        "[server]\nbind = \"0.0.0.0:9000\"\noperator_bind = \"0.0.0.0:9000\"",
        "rekey.toml:3: server.operator_bind is 0.0.0.0:9000, which is both bind and \
         operator_bind; write two addresses, or operator_bind = \"\" for none",
    ),
    (
        "[server]\n\nbind = \"127.0.0.1:9090\"",
        "rekey.toml:3: server.bind is 127.0.0.1:9090, which is both bind and \
         operator_bind; write two addresses, or operator_bind = \"\" for none",
    ),
    (
        "[server]\npublic_url = \"recover.example\"",
        "rekey.toml:2: server.public_url is \"recover.example\"; write an absolute URL \
         without user, query and fragment, like https://recover.example",
    ),
    (
        "[server]\npublic_url = \"https://recover.example/?a=b\"",
        "rekey.toml:2: server.public_url is \"https://recover.example/?a=b\"; write an \
         absolute URL without user, query and fragment, like https://recover.example",
    ),
    (
        "[server]\npublic_url = \"https://me@recover.example\"",
        "rekey.toml:2: server.public_url is \"https://me@recover.example\"; write an \
         absolute URL without user, query and fragment, like https://recover.example",
    ),
    (
        "[server]\npublic_url = \"http://recover.example\"",
        "rekey.toml:2: server.public_url is \"http://recover.example\"; write https://, \
         since http is only for this machine itself",
    ),
    (
        "[server]\npublic_url = \"http://localhost.example\"",
        "rekey.toml:2: server.public_url is \"http://localhost.example\"; write https://, \
         since http is only for this machine itself",
    ),
    (
        "[server]\ntrusted_proxies = [\n  \"10.0.0.0/8\",\n  \"10.0.0.0/33\",\n]",
        "rekey.toml:4: server.trusted_proxies has \"10.0.0.0/33\"; write an address or a \
         network, like 10.0.0.0/8 or ::1",
    ),
    (
        "[server]\ntrusted_proxies = \"10.0.0.0/8\"",
        "rekey.toml:2: server.trusted_proxies is \"10.0.0.0/8\"; write a list in \
         brackets, like [\"…\", \"…\"]",
    ),
    (
        "[server]\ndefault_tenant = \"democracy\"",
        "rekey.toml:2: server.default_tenant is \"democracy\"; write 2 to 6 characters \
         without white space",
    ),
    (
        "[server]\ncors_origins = [\"*\"]",
        "rekey.toml:2: server.cors_origins has \"*\"; write an exact origin, like \
         https://app.example",
    ),
    (
        "[server]\ncors_origins = [\"https://app.example/\"]",
        "rekey.toml:2: server.cors_origins has \"https://app.example/\"; write the \
         origin alone, https://app.example",
    ),
    (
        "[server]\ncors_origins = [\"https://app.example\", \"https://app.example\"]",
        "rekey.toml:2: server.cors_origins has \"https://app.example\"; write it once",
    ),
    (
        "[server]\nkeep_alive = \"74s\"",
        "rekey.toml:2: server.keep_alive is \"74s\"; write a duration from 75 seconds to 1 hour, \
         like 130s",
    ),
    (
        "[server]\nkeep_alive = \"3601s\"",
        "rekey.toml:2: server.keep_alive is \"3601s\"; write a duration from 75 seconds to 1 hour, \
         like 130s",
    ),
    (
        "[database]\nurl = \"mysql://root:Hunter2!@db.example/rekey\"",
        "rekey.toml:2: database.url cannot be used; write \
         postgres://user:password@host:port/name, with special characters percent-encoded",
    ),
    (
        "[database]\nmax_connections = 0",
        "rekey.toml:2: database.max_connections is 0; write a whole number from 1 to 1000",
    ),
    (
        "[database]\nmax_connections = 1.5",
        "rekey.toml:2: database.max_connections is 1.5; write a whole number from 1 to 1000",
    ),
    (
        "[database]\ndata_dir = \"\"",
        "rekey.toml:2: database.data_dir is \"\"; write a path",
    ),
    (
        "[secrets]\nkeys = [\"c2hvcnQ=\"]",
        "rekey.toml:2: secrets.keys has an entry that cannot be used; write base64 of \
         exactly 32 random bytes, as \"openssl rand -base64 32\" prints it",
    ),
    (
        "[secrets]\nkeys = [\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"]",
        "rekey.toml:2: secrets.keys has an entry that cannot be used; its bytes are all \
         the same; write what \"openssl rand -base64 32\" prints",
    ),
    (
        "[secrets]\nkeys = [\"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\", \
         \"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE\"]",
        "rekey.toml:2: secrets.keys has an entry that cannot be used; write it once",
    ),
    (
        "[mail]\ntransport = \"sendmail\"",
        "rekey.toml:2: mail.transport is \"sendmail\"; write smtp, directory or mailbox",
    ),
    (
        "[mail]\nfrom = \"Rekey\"",
        "rekey.toml:2: mail.from is \"Rekey\"; write an address, like help@example.com \
         or Name <help@example.com>",
    ),
    (
        "[mail]\nfrom = \"Help, Inc. <help@example.com>\"",
        "rekey.toml:2: mail.from is \"Help, Inc. <help@example.com>\"; write a name with \
         punctuation in double quotes, like '\"Help, Inc.\" <help@example.com>'",
    ),
    (
        "[notices]\nto = \"Security <security@example.com>\"",
        "rekey.toml:2: notices.to is \"Security <security@example.com>\"; write one address, like \
         security@example.com",
    ),
    (
        "[notices]\nlanguage = \"de\"",
        "rekey.toml:2: notices.language is \"de\"; write en, fr or es",
    ),
    (
        "[mail]\nsmtp_url = \"smtp://mail.example?tls=maybe\"",
        "rekey.toml:2: mail.smtp_url cannot be used; write smtp://host:25, \
         smtp://user:password@host:587?tls=required or \
         smtps://user:password@host:465, with special characters percent-encoded",
    ),
    (
        "[mail]\nsmtp_url = \"smtps://somebody@mail.example\"",
        "rekey.toml:2: mail.smtp_url cannot be used; write both user and password, or \
         neither",
    ),
    (
        "[sms]\nwebhook_url = \"ftp://sms.example\"",
        "rekey.toml:2: sms.webhook_url cannot be used; write an absolute http or https \
         URL without user",
    ),
    (
        "[sms]\nwebhook_secret = \"fifteen letters\"",
        "rekey.toml:2: sms.webhook_secret cannot be used; write at least 16 characters, as \
         \"openssl rand -hex 32\" prints them",
    ),
    (
        "[sms]\nwebhook_secret = \"ééééééééééééééé\"",
        "rekey.toml:2: sms.webhook_secret cannot be used; write at least 16 characters, as \
         \"openssl rand -hex 32\" prints them",
    ),
    (
        "[sms]\nwebhook_secret = \"sixteen letters \"",
        "rekey.toml:2: sms.webhook_secret cannot be used; write it without white space \
         around it",
    ),
    (
        "[sms]\nwebhook_secret_file = \"/run/a\"\nwebhook_secret = \"sixteen letters.\"",
        "rekey.toml:2: sms.webhook_secret_file and sms.webhook_secret are both set; keep one \
         of them",
    ),
    (
        "[hashing]\nmemory_kib = 12288",
        "rekey.toml:2: hashing.memory_kib is below the floor with memory_kib = 12288 and \
         iterations = 2; write memory_kib of at least 47104 with iterations = 1, 19456 \
         with iterations = 2, 12288 with iterations = 3, 9216 with iterations = 4 or \
         7168 with iterations = 5",
    ),
    (
        "[hashing]\niterations = 1",
        "rekey.toml:2: hashing.iterations is below the floor with memory_kib = 19456 and \
         iterations = 1; write memory_kib of at least 47104 with iterations = 1, 19456 \
         with iterations = 2, 12288 with iterations = 3, 9216 with iterations = 4 or \
         7168 with iterations = 5",
    ),
    (
        "[hashing]\nmemory_kib = 4194305",
        "rekey.toml:2: hashing.memory_kib is 4194305; write a whole number from 8 to \
         4194304",
    ),
    (
        "[hashing]\nparallelism = 0",
        "rekey.toml:2: hashing.parallelism is 0; write a whole number from 1 to 64",
    ),
    (
        "[hashing]\nqueue = -1",
        "rekey.toml:2: hashing.queue is -1; write a whole number from 1 to 100000",
    ),
    (
        "[limits]\nrecovery_per_identifier = \"5/week\"",
        "rekey.toml:2: limits.recovery_per_identifier is \"5/week\"; write a whole \
         number, a slash and second, minute, hour or day, like 5/hour",
    ),
    (
        "[limits]\nmail_per_server = 20000",
        "rekey.toml:2: limits.mail_per_server is 20000; write a whole number, a slash \
         and second, minute, hour or day, like 5/hour",
    ),
    (
        "[log]\nlevel = []",
        "rekey.toml:2: log.level is a list; write off, error, warn, info, debug or trace, \
         or a filter like info,rekey::mail=debug",
    ),
    (
        "[log]\nformat = \"xml\"",
        "rekey.toml:2: log.format is \"xml\"; write auto, json or pretty",
    ),
    (
        "[log]\nlevel = \"verbose\"",
        "rekey.toml:2: log.level is \"verbose\"; write off, error, warn, info, debug or \
         trace, or a filter like info,rekey::mail=debug",
    ),
];
