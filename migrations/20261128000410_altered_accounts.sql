create unlogged table altered_import (
    tenant_id  bigint   not null,
    line       bigint   not null,
    account_id bigint   not null,
    email      text,
    status     text     not null,
    parts      text[]   not null,
    passwords  bigint[] not null,
    primary key (tenant_id, line)
);
comment on table altered_import is
    'Lines of an import under way that change who gets in to an account that was there, with the address '
    'its mail went to and the status it had before, and what changes. Empty once the import has ended.';
