create table recovery_token (
    tenant_id  bigint      not null,
    token_id   uuid        not null,
    account_id bigint      not null,
    purpose    text        not null check (purpose in ('reset', 'unlock')),
    digest     bytea       not null check (octet_length(digest) = 32),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    spent_at   timestamptz,
    voided_at  timestamptz,
    primary key (tenant_id, token_id),
    constraint recovery_token_digest unique (tenant_id, digest),
    foreign key (tenant_id, account_id) references account on delete cascade,
    constraint recovery_token_life
        check (expires_at > created_at and expires_at <= created_at + interval '24 hours'),
    constraint recovery_token_end check (spent_at is null or voided_at is null)
);
create unique index recovery_token_live
    on recovery_token (tenant_id, account_id, purpose) where spent_at is null and voided_at is null;
create index recovery_token_expiry on recovery_token (expires_at);
comment on table recovery_token is 'Single-use secrets sent to a mailbox, by keyed digest. At most one is live for an account and purpose.';

create table api_key (
    tenant_id      bigint      not null references tenant,
    key_id         uuid        not null,
    kind           text        not null check (kind in ('sspr', 'consumer', 'turbosmtp')),
    name           text,
    digest         bytea       not null check (octet_length(digest) = 32),
    must_sign      boolean     not null default false,
    account_id     bigint,
    created_at     timestamptz not null,
    expires_at     timestamptz,
    ended_at       timestamptz,
    end_reason     text        check (end_reason in ('revoked', 'replaced', 'disabled')),
    primary key (tenant_id, key_id),
    constraint api_key_digest unique (tenant_id, digest),
    constraint api_key_account foreign key (tenant_id, account_id) references account on delete cascade,
    constraint api_key_owner check ((kind = 'sspr') = (account_id is null)),
    constraint api_key_end check ((ended_at is null) = (end_reason is null))
);
create index api_key_live on api_key (tenant_id, account_id) where account_id is not null and ended_at is null;
create index api_key_expiry on api_key (expires_at) where expires_at is not null;
create index api_key_ended on api_key (ended_at) where ended_at is not null;
create index api_key_presented on api_key (digest);
comment on table api_key is 'Keys that applications present, by keyed digest. end_reason: revoked by an operator or its owner; replaced when the password changed; disabled with the account.';

create table job (
    tenant_id    bigint      not null references tenant,
    job_id       uuid        not null,
    work         jsonb       not null,
    created_at   timestamptz not null,
    due_at       timestamptz not null,
    leased_until timestamptz,
    attempts     integer     not null default 0,
    dead_at      timestamptz,
    last_error   text,
    primary key (tenant_id, job_id)
);
create index job_due on job (due_at) where dead_at is null;
create index job_dead on job (dead_at) where dead_at is not null;
comment on table job is 'Work that outlives a request: names, never secrets. dead_at marks a dead letter.';

create table throttle (
    tenant_id bigint      not null,
    scope     text        not null,
    subject   bytea       not null,
    hits      bigint      not null,
    resets_at timestamptz not null,
    primary key (tenant_id, scope, subject)
);
create index throttle_expiry on throttle (resets_at);
comment on table throttle is 'Events counted against a limit, by keyed digest of what they are counted for. tenant_id 0: the whole server.';

create table audit_event (
    tenant_id  bigint      not null references tenant,
    event_id   uuid        not null,
    at         timestamptz not null,
    action     text        not null,
    outcome    text        not null,
    account_id bigint,
    address    inet,
    request_id text,
    detail     jsonb       not null default '{}',
    primary key (tenant_id, event_id)
);
create index audit_event_account on audit_event (tenant_id, account_id, at) where account_id is not null;
comment on table audit_event is 'Who did what, when, from where, and how it ended. Rows are only ever added.';

create function audit_event_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'audit_event is append-only';
end $$;
create trigger audit_event_append_only
    before update or delete or truncate on audit_event
    for each statement execute function audit_event_is_append_only();
