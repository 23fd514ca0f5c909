create table tenant (
    tenant_id  bigint generated always as identity primary key,
    code       text        not null,
    settings   jsonb       not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint tenant_code unique (code)
);
comment on table tenant is 'One organisation. settings is its tenant file but for the password types.';

create table tenant_host (
    host      text   not null,
    tenant_id bigint not null references tenant on delete cascade,
    constraint tenant_host_pkey primary key (host)
);
comment on table tenant_host is 'Host names whose requests belong to a tenant, in lower case and without a port.';

create table password_type (
    tenant_id        bigint  not null references tenant on delete cascade,
    password_type_id bigint  generated always as identity,
    position         integer not null,
    internal_name    text    not null,
    access           boolean not null,
    spec             jsonb   not null,
    primary key (tenant_id, password_type_id),
    constraint password_type_internal_name unique (tenant_id, internal_name)
);
create unique index password_type_access on password_type (tenant_id) where access;
comment on table password_type is 'The kinds of password of a tenant; exactly one is the access password.';
