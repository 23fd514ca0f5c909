-- Rows of every table: as many accounts as current_setting('plans.accounts') says, all of one tenant, so that
-- its number tells nothing, and of everything else in proportion. Numbers are spread as those that are minted.
-- An import of a hundred lines is under way.
insert into tenant (code, settings, created_at, updated_at) values ('demo', '{}', now(), now());
insert into tenant_host (host, tenant_id) select code || '.localhost', tenant_id from tenant;
insert into password_type (tenant_id, position, internal_name, access, spec)
select tenant_id, n, 'type-' || n, n = 1, '{"history": 3}' from tenant, generate_series(1, 2) as n;
insert into audit_chain (tenant_id) select tenant_id from tenant;
insert into keyring (fingerprint, seen_at, led_at) values (sha256('key'), now(), now());

create temporary table person on commit drop as
select tenant_id, n, ('x' || left(md5(n::text), 15))::bit(60)::bigint as account_id,
    now() - n * interval '1 second' as at
from tenant, generate_series(0, current_setting('plans.accounts')::bigint - 1) as n;
create index on person (n);
analyze person;

-- One in five is a broker, the others have one.
insert into account (tenant_id, account_id, reference, login, login_key, user_type, email, email_key, phone, name,
    language, role, broker_id, status, created_at, updated_at)
select p.tenant_id, p.account_id, 'R' || p.n, 'P' || p.account_id, 'p' || p.account_id, 'Native', address, address,
    '+' || 15140000000 + p.n, 'Name ' || p.n, 'en', case when p.n % 5 = 0 then 'broker' else 'member' end,
    nullif(broker.account_id, p.account_id), case when p.n % 20 = 0 then 'disabled' else 'active' end, p.at, p.at
from person as p
    join person as broker on broker.n = p.n - p.n % 5
    cross join lateral (select p.account_id || '@domain.example') as a (address);
insert into identifier (tenant_id, kind, value, account_id)
select tenant_id, kind, value, account_id
from account cross join lateral (values ('login', login_key), ('email', email_key)) as i (kind, value);
insert into password (tenant_id, account_id, password_type_id, hash, standing, set_at, changed_at, code)
select tenant_id, account_id, password_type_id, case when access then md5(n::text) end,
    case when access or n % 50 = 0 then 'set' else 'never_created' end,
    case when access or n % 50 = 0 then at end, at,
    case when not access and n % 50 = 0 then sha256(n::text::bytea) end
from person join password_type using (tenant_id);
insert into password_history (tenant_id, account_id, password_type_id, set_at, hash)
select tenant_id, account_id, password_type_id, at - nth * interval '100 days', md5(n::text || nth)
from person join password_type using (tenant_id), generate_series(1, 2) as nth
where access;

-- Of what is kept for some days, one in eight still lives.
insert into recovery_token (tenant_id, token_id, account_id, purpose, digest, created_at, expires_at, spent_at,
    voided_at, reference)
select tenant_id, md5('token' || n)::uuid, account_id, case when n % 3 = 0 then 'disown' else 'reset' end,
    sha256(n::text::bytea), at, at + interval '1 hour', case when n % 8 > 3 then at end,
    case when n % 8 between 1 and 3 then at end, 'R' || n
from person where n % 2 = 0;
insert into api_key (tenant_id, key_id, kind, digest, account_id, created_at, expires_at, ended_at, end_reason)
select tenant_id, md5('key' || n)::uuid, 'turbosmtp', sha256(n::text::bytea), account_id, at, at + interval '2 hours',
    case when n % 8 > 0 then at end, case when n % 8 > 0 then 'revoked' end
from person where n % 2 = 1;
insert into api_key (tenant_id, key_id, kind, digest, created_at)
select tenant_id, md5('sspr')::uuid, 'sspr', sha256('sspr'), now() from tenant;
insert into session (tenant_id, session_id, account_id, digest, principal, principal_kind, client_id, split, pending,
    timeout, created_at, touched_at, expires_at)
select tenant_id, md5('session' || n)::uuid, account_id, sha256(n::text::bytea),
    case when n % 10 <> 1 then 'P' || account_id end, case when n % 10 <> 1 then 'login' end,
    case when n % 10 = 1 then md5('key' || n)::uuid end, false, false, 1800, at, at, at + interval '30 minutes'
from person where n % 2 = 0 or n % 10 = 1;
insert into job (tenant_id, job_id, work, created_at, due_at, leased_until, dead_at)
select tenant_id, md5('job' || n)::uuid, '{}', at, at, case when n % 3 = 0 then at end,
    case when n % 8 > 0 then at end
from person where n % 2 = 0;
insert into throttle (tenant_id, scope, subject, hits, resets_at)
select tenant_id, scope, sha256((scope || n)::bytea), 1, at
from person, unnest(array['recovery.identifier', 'recovery.address']) as scope where n % 2 = 0;
insert into shadow_password (tenant_id, subject, failures, blocked_forever, touched_at)
select tenant_id, sha256(n::text::bytea), 1, false, at from person where n % 2 = 0;

insert into audit_event (tenant_id, event_id, at, action, outcome, account_id, actor_id, address, address_salt,
    address_digest, digest)
select tenant_id, lpad(to_hex(n * 3 + nth), 32, '0')::uuid, at, 'recovery.request', 'done', account_id,
    case when n % 4 = 0 then account_id end, '192.0.2.1', decode(md5('salt' || n), 'hex'),
    sha256(n::text::bytea) || '\x0102030405060708'::bytea, sha256(n::text::bytea) || '\x0102030405060708'::bytea
from person, generate_series(0, 2) as nth;
insert into audit_seal (tenant_id, seq, event_id, sealed_at, digest)
select tenant_id, row_number() over (partition by tenant_id order by event_id), event_id, at, digest from audit_event;
insert into audit_unsealed (tenant_id, event_id)
select tenant_id, event_id from audit_event where event_id::text like '%0';

-- Half of the lines are of accounts that are there.
insert into account_import (tenant_id, line, account_id, reference, login, login_key, user_type, email, email_key,
    role, broker_key, status, given, identifiers)
select tenant_id, n, -1 - n, 'I' || n, 'P' || key, 'p' || key, 'Native', key || '@domain.example',
    key || '@domain.example', 'member', 'p' || account_id, 'active', '{email,broker}',
    case when n % 4 = 0 then array['login', 'email'] end
from person cross join lateral (select case when n % 2 = 0 then account_id else n end) as k (key)
where n < 100;
insert into password_import (tenant_id, line, password_type_id, hash)
select tenant_id, line, password_type_id, md5(line::text)
from account_import join password_type using (tenant_id) where access;
insert into altered_import (tenant_id, line, account_id, email, status, parts, passwords)
select tenant_id, line, account_id, email, 'active', '{email}', '{}' from account_import where line % 2 = 0;
insert into changed_import (tenant_id, line) select tenant_id, line from account_import where line % 2 = 0;
