-- Which password a notice was about, on the "not me" token that it carries: its value goes when the
-- token is used. Empty: the access password, and whatever a server of the version before mints.
alter table recovery_token add column password_type_id bigint;
comment on column recovery_token.password_type_id is
    'of a "not me" token: the password whose change its notice told of; null: the access password';
