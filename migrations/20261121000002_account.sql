create table account (
    tenant_id            bigint      not null references tenant,
    account_id           bigint      not null,
    reference            text        not null,
    login                text        not null,
    login_key            text        not null,
    user_type            text        not null check (user_type in ('Native', 'EzsignUser')),
    email                text,
    email_key            text,
    phone                text,
    name                 text,
    language             text        check (language in ('en', 'fr')),
    role                 text        not null check (role in ('member', 'broker', 'administrator')),
    broker_id            bigint,
    status               text        not null check (status in ('active', 'blocked', 'disabled', 'pending')),
    consent_granted      boolean,
    security_question    text,
    security_answer_hash text,
    created_at           timestamptz not null,
    updated_at           timestamptz not null,
    primary key (tenant_id, account_id),
    constraint account_reference unique (tenant_id, reference),
    constraint account_login unique (tenant_id, login_key),
    constraint account_broker foreign key (tenant_id, broker_id) references account,
    check (account_id > 0),
    check ((email is null) = (email_key is null)),
    check ((security_question is null) = (security_answer_hash is null))
);
create index account_email on account (tenant_id, email_key) where email_key is not null;
create index account_brokered on account (tenant_id, broker_id) where broker_id is not null;
comment on table account is 'One person''s account. *_key columns hold the normalised form that is looked up.';

create table identifier (
    tenant_id  bigint not null,
    kind       text   not null check (kind in ('login', 'email', 'phone')),
    value      text   not null,
    account_id bigint not null,
    primary key (tenant_id, kind, value),
    foreign key (tenant_id, account_id) references account on delete cascade
);
create index identifier_account on identifier (tenant_id, account_id);
comment on table identifier is 'The names that find an account. A contact address need not be one: several accounts may share a mailbox.';

create table password (
    tenant_id        bigint      not null,
    account_id       bigint      not null,
    password_type_id bigint      not null,
    hash             text,
    standing         text        not null check (standing in ('never_created', 'pending', 'set', 'reset')),
    set_at           timestamptz,
    changed_at       timestamptz not null,
    disabled_at      timestamptz,
    failures         integer     not null default 0 check (failures >= 0),
    blocked_until    timestamptz,
    blocked_forever  boolean     not null default false,
    primary key (tenant_id, account_id, password_type_id),
    foreign key (tenant_id, account_id) references account on delete cascade,
    foreign key (tenant_id, password_type_id) references password_type,
    constraint password_value check ((standing in ('set', 'reset')) = (hash is not null)),
    constraint password_age check ((standing in ('set', 'reset')) = (set_at is not null)),
    constraint password_block check (not (blocked_forever and blocked_until is not null))
);
create index password_by_type on password (tenant_id, password_type_id);
comment on table password is 'An account''s value for one password type: its hash and the facts its status is computed from. changed_at is the moment of the last transition.';

create table password_history (
    tenant_id        bigint      not null,
    account_id       bigint      not null,
    password_type_id bigint      not null,
    set_at           timestamptz not null,
    hash             text        not null,
    primary key (tenant_id, account_id, password_type_id, set_at),
    foreign key (tenant_id, account_id, password_type_id) references password on delete cascade
);
comment on table password_history is 'Earlier values, kept only for password types that forbid their return.';
