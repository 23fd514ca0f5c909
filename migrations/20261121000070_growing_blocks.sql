alter table password add column blocks integer not null default 0 check (blocks >= 0);
comment on column password.blocks is 'Blocks that ended by themselves in a row, without a right password between: each is longer than the one before.';
alter table shadow_password add column blocks integer not null default 0 check (blocks >= 0);
comment on column shadow_password.blocks is 'As of a password: what is not there blocks like what is.';
