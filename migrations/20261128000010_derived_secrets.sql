-- What is sent is derived from a nonce of its job and the secret key (docs/decisions/0066): every attempt at a
-- letter carries the same secret, so that a letter which arrived although nobody said so stays good.
alter table job
    add column nonce bytea,
    add column doubts integer not null default 0,
    add constraint job_nonce check (octet_length(nonce) = 40);
comment on column job.nonce is 'Eight bytes that name the secret key, 32 that were drawn. Worth nothing without the key. Null until a worker takes the job.';
comment on column job.doubts is 'How often a mail server took the whole letter and did not say what became of it.';
