create unlogged table account_import (
    import_id            uuid    not null,
    line                 bigint  not null,
    account_id           bigint  not null,
    reference            text    not null,
    login                text    not null,
    login_key            text    not null,
    user_type            text    not null,
    email                text,
    email_key            text,
    phone                text,
    name                 text,
    language             text,
    role                 text    not null,
    broker_key           text,
    status               text    not null,
    wants_login          boolean not null,
    wants_email          boolean not null,
    wants_phone          boolean not null,
    insists              boolean not null,
    security_question    text,
    security_answer_hash text,
    primary key (import_id, line)
);
create index account_import_login on account_import (import_id, login_key);
comment on table account_import is 'Lines of an import under way, in its one transaction; empty otherwise. insists: the line lists its identifiers, so a taken one is an error.';

create unlogged table password_import (
    import_id     uuid   not null,
    line          bigint not null,
    internal_name text   not null,
    hash          text   not null,
    primary key (import_id, line, internal_name)
);
comment on table password_import is 'Passwords of an import under way, in its one transaction; empty otherwise.';
