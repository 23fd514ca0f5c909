create table keyring (
    fingerprint bytea       not null primary key check (octet_length(fingerprint) = 32),
    seen_at     timestamptz not null
);
comment on table keyring is 'Keyed digests of a fixed text, one for each secret key this database was used with: what tells a server with other keys that none of its digests would match.';
