create table session (
    tenant_id      bigint      not null,
    session_id     uuid        not null,
    account_id     bigint      not null,
    digest         bytea       not null check (octet_length(digest) = 32),
    principal      text,
    principal_kind text        check (principal_kind in ('login', 'email', 'phone')),
    client_id      uuid,
    split          boolean     not null,
    pending        boolean     not null,
    timeout        integer     not null check (timeout > 0),
    created_at     timestamptz not null,
    touched_at     timestamptz not null,
    expires_at     timestamptz not null,
    primary key (tenant_id, session_id),
    constraint session_digest unique (tenant_id, digest),
    foreign key (tenant_id, account_id) references account on delete cascade,
    foreign key (tenant_id, client_id) references api_key on delete cascade,
    constraint session_opener check ((client_id is null) = (principal is not null)),
    constraint session_principal check ((principal is null) = (principal_kind is null))
);
create index session_account on session (tenant_id, account_id);
create index session_client on session (tenant_id, client_id) where client_id is not null;
create index session_expiry on session (expires_at);
comment on table session is 'Signed-in Cyclos clients, by keyed digest of their token. An ended session is gone. split: half of the token travels in a cookie. pending: the second password is still missing. timeout: how many idle seconds it lives.';

alter table api_key
    drop constraint api_key_kind_check,
    add constraint api_key_kind check (kind in ('sspr', 'consumer', 'turbosmtp', 'access-client'));

alter table password
    add column code bytea check (octet_length(code) = 32),
    drop constraint password_standing_check,
    add constraint password_standing check (standing in ('never_created', 'pending', 'set', 'reset', 'used')),
    drop constraint password_value,
    add constraint password_value check ((standing in ('set', 'reset')) = (hash is not null or code is not null)),
    add constraint password_one_value check (hash is null or code is null);
comment on column password.code is 'A one-time code, by keyed digest: what otp passwords have instead of a hash.';

alter table recovery_token
    add column form text not null default 'link' check (form in ('link', 'code')),
    add column wrong_answers integer not null default 0 check (wrong_answers >= 0);
comment on column recovery_token.form is 'link: a long secret that says whose it is. code: a short one that is looked up by account.';
comment on column recovery_token.wrong_answers is 'Wrong answers to the security question given with it.';

create table shadow_password (
    tenant_id       bigint      not null references tenant on delete cascade,
    subject         bytea       not null,
    failures        integer     not null,
    blocked_until   timestamptz,
    blocked_forever boolean     not null,
    disabled_at     timestamptz,
    touched_at      timestamptz not null,
    primary key (tenant_id, subject)
);
create index shadow_password_age on shadow_password (touched_at);
comment on table shadow_password is 'Wrong tries at names that lead to no password, by keyed digest of the name, so that they block like those that do.';
