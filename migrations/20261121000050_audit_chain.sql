alter table audit_event
    add column actor_id       bigint,
    add column address_salt   bytea check (octet_length(address_salt) = 16),
    add column address_digest bytea check (octet_length(address_digest) = 40),
    add column digest         bytea check (octet_length(digest) = 40),
    add constraint audit_event_address check (address is null or digest is null or address_salt is not null);
comment on table audit_event is 'Who did what, when, from where, and how it ended. Rows are only ever added; retention clears addresses and forgets the oldest.';
comment on column audit_event.account_id is 'Whose account it was about.';
comment on column audit_event.actor_id is 'Whose account did it, where that is another.';
comment on column audit_event.address_digest is 'A keyed digest of the address and its salt: what the digest of the event covers, so that both can be cleared.';
comment on column audit_event.digest is 'A keyed digest of the event, made before it was stored; null: recorded by a version without chains, and not sealed yet. The first 8 of its 40 bytes name the key.';

create table audit_unsealed (
    tenant_id bigint not null references tenant,
    event_id  uuid   not null,
    primary key (tenant_id, event_id)
);
comment on table audit_unsealed is 'Events that wait for their place in the chain.';
insert into audit_unsealed (tenant_id, event_id) select tenant_id, event_id from audit_event;

-- Servers of the version before, which run until they are replaced, know nothing of chains.
create function audit_event_waits() returns trigger language plpgsql as $$
begin
    insert into audit_unsealed (tenant_id, event_id) values (new.tenant_id, new.event_id);
    return null;
end $$;
create trigger audit_event_waits
    after insert on audit_event
    for each row when (new.digest is null) execute function audit_event_waits();

create table audit_seal (
    tenant_id bigint      not null references tenant,
    seq       bigint      not null check (seq > 0),
    event_id  uuid        not null,
    sealed_at timestamptz not null,
    digest    bytea       not null check (octet_length(digest) = 40),
    primary key (tenant_id, seq),
    constraint audit_seal_event unique (tenant_id, event_id)
);
comment on table audit_seal is 'The order of a tenant''s events. Each digest covers its event and the digest before it.';

create table audit_chain (
    tenant_id     bigint not null primary key references tenant,
    head_seq      bigint not null default 0,
    head_digest   bytea,
    anchor_seq    bigint not null default 0,
    anchor_digest bytea,
    erased_seq    bigint not null default 0,
    adopts_until  timestamptz,
    mark          bytea check (octet_length(mark) = 40),
    noted_at      timestamptz
);
comment on table audit_chain is 'Where a tenant''s chain ends (head), where it begins since older events were forgotten (anchor), and up to where addresses were cleared (erased), and until when events of the version before are taken on. mark is a keyed digest of the row. noted_at: when the head was last written to the log.';

-- What may happen to an event that is there: it gets its digest once, its address is cleared once, and it
-- goes when the chain begins after it.
drop trigger audit_event_append_only on audit_event;
create or replace function audit_event_is_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if old.digest is null and new.digest is not null then
            old.digest := new.digest;
            old.address_digest := new.address_digest;
            old.address_salt := new.address_salt;
        elsif new.address is null and new.address_salt is null then
            old.address := null;
            old.address_salt := null;
        end if;
        if old is not distinct from new then
            return new;
        end if;
    elsif tg_op = 'DELETE' then
        if exists (
            select from audit_seal as s join audit_chain as c using (tenant_id)
            where s.tenant_id = old.tenant_id and s.event_id = old.event_id and s.seq <= c.anchor_seq
        ) then
            return old;
        end if;
    end if;
    raise exception 'audit_event is append-only';
end $$;
create trigger audit_event_append_only
    before update or delete on audit_event
    for each row execute function audit_event_is_append_only();
create trigger audit_event_not_truncated
    before truncate on audit_event
    for each statement execute function audit_event_is_append_only();
