create unlogged table account_import (
    tenant_id            bigint not null,
    line                 bigint not null,
    account_id           bigint not null,
    reference            text   not null,
    login                text   not null,
    login_key            text   not null,
    user_type            text,
    email                text,
    email_key            text,
    phone                text,
    name                 text,
    language             text,
    role                 text,
    broker_key           text,
    status               text,
    security_question    text,
    security_answer_hash text,
    given                text[] not null,
    identifiers          text[],
    primary key (tenant_id, line)
);
create index account_import_login on account_import (tenant_id, login_key);
comment on table account_import is 'Lines of an import under way, in its one transaction; empty otherwise. account_id and reference are for an account that is new. given: which members that can be cleared the line has; identifiers is null where the line lists none.';

create unlogged table password_import (
    tenant_id        bigint not null,
    line             bigint not null,
    password_type_id bigint not null,
    hash             text   not null,
    primary key (tenant_id, line, password_type_id)
);
comment on table password_import is 'Passwords of an import under way, in its one transaction; empty otherwise.';

create unlogged table changed_import (
    tenant_id bigint not null,
    line      bigint not null,
    primary key (tenant_id, line)
);
comment on table changed_import is 'Lines of an import under way that changed an account that was there before; empty otherwise.';

create view claimed_import as
select i.tenant_id, i.line, i.login, a.account_id, c.kind, c.value, i.identifiers is not null as listed
from account_import as i
    join account as a on a.tenant_id = i.tenant_id and a.login_key = i.login_key
    cross join lateral (
        values ('login', a.login_key), ('email', a.email_key), ('phone', a.phone)
    ) as c (kind, value)
where c.value is not null
    and case
        when i.identifiers is not null then c.kind = any (i.identifiers)
        else a.account_id = i.account_id or c.kind = any (i.given)
    end;
comment on view claimed_import is 'The identifiers that the lines of an import under way ask for, once its accounts are merged: those listed; else every name of a new account and those that the line itself gives to an old one.';
