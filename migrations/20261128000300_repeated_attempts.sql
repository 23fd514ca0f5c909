-- A device that keeps sending the former password: what a wrong attempt is recognised by, and from when on.
alter table password
    add column renewed_at   timestamptz,
    add column recent       smallint[],
    add column recent_at    timestamptz[],
    add column recent_until timestamptz,
    add constraint password_recent check (
        (recent is null) = (recent_at is null) and (recent is null) = (recent_until is null)
    );
comment on column password.renewed_at is 'When its value took the place of another, by a change or a reset; null for a first value and for one that an import set.';
comment on column password.recent is '16 bits of a keyed digest of each of the last three wrong values, while repeating one counts once.';
comment on column password.recent_at is 'When each of them was last typed.';
comment on column password.recent_until is 'When they are to be forgotten.';
create index password_recent_until on password (recent_until) where recent_until is not null;

alter table shadow_password
    add column recent       smallint[],
    add column recent_at    timestamptz[],
    add column recent_until timestamptz,
    add constraint shadow_password_recent check (
        (recent is null) = (recent_at is null) and (recent is null) = (recent_until is null)
    );
comment on column shadow_password.recent is 'As of a password: what is not there counts like what is.';
create index shadow_password_recent_until on shadow_password (recent_until) where recent_until is not null;
