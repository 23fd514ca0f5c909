create table tenant_logo (
    tenant_id bigint primary key references tenant on delete cascade,
    format    text   not null check (format in ('png', 'jpeg', 'webp')),
    bytes     bytea  not null check (octet_length(bytes) <= 32768)
);
comment on table tenant_logo is 'The picture that a tenant''s pages show, apart from its settings, which every request reads.';
