-- "This was not me": a token of its own purpose, and recovery that stands still for a while after it.
alter table account add column recovery_frozen_until timestamptz;
alter table recovery_token add column reference text;
alter table recovery_token drop constraint recovery_token_purpose_check;
alter table recovery_token add constraint recovery_token_purpose_check
    check (purpose in ('reset', 'unlock', 'disown'));
comment on column account.recovery_frozen_until is 'Until then no letter with a token is sent: somebody said that a change was not theirs.';
comment on column recovery_token.reference is 'What its letter is known by, for people; not secret.';
