-- Rows of a tenant in use, as the version with this migration wrote them.
insert into tenant (code, settings, created_at, updated_at)
values ('demo', '{"code": "demo", "name": "Demo Cooperative"}', '2026-01-01Z', '2026-01-01Z');
insert into tenant_host (host, tenant_id) select 'demo.localhost', tenant_id from tenant;
insert into password_type (tenant_id, position, internal_name, access, spec)
select tenant_id, 0, 'login', true, '{"internal_name": "login", "history": 3}' from tenant;
insert into account (tenant_id, account_id, reference, login, login_key, user_type, email, email_key, role, status,
    created_at, updated_at)
select tenant_id, n, lpad(n::text, 20, 'A'), 'Person' || n, 'person' || n, 'Native', 'person' || n || '@domain.example',
    'person' || n || '@domain.example', 'member', 'active', '2026-01-01Z', '2026-01-01Z'
from tenant, generate_series(1, 2) as n;
insert into identifier (tenant_id, kind, value, account_id)
select tenant_id, 'login', login_key, account_id from account;
insert into password (tenant_id, account_id, password_type_id, hash, standing, set_at, changed_at)
select tenant_id, account_id, password_type_id, '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA', 'set', '2026-01-01Z',
    '2026-01-01Z'
from account join password_type using (tenant_id);
insert into password_history (tenant_id, account_id, password_type_id, set_at, hash)
select tenant_id, account_id, password_type_id, '2025-01-01Z', hash from password;
insert into recovery_token (tenant_id, token_id, account_id, purpose, digest, created_at, expires_at, spent_at, form)
select tenant_id, gen_random_uuid(), 1, purpose, sha256(convert_to(purpose || n, 'UTF8')), '2026-01-01Z', '2026-01-01 01:00Z',
    case when n = 1 then timestamptz '2026-01-01 00:10Z' end, 'link'
from tenant, (values ('reset', 1), ('reset', 2), ('unlock', 2)) as v (purpose, n);
insert into api_key (tenant_id, key_id, kind, digest, account_id, created_at)
select tenant_id, gen_random_uuid(), kind, sha256(convert_to(kind, 'UTF8')), account_id, '2026-01-01Z'
from tenant, (values ('sspr', null), ('turbosmtp', 1)) as v (kind, account_id);
insert into session (tenant_id, session_id, account_id, digest, principal, principal_kind, split, pending, timeout,
    created_at, touched_at, expires_at)
select tenant_id, gen_random_uuid(), 1, sha256('session'), 'Person1', 'login', false, false, 1800, '2026-01-01Z',
    '2026-01-01Z', '2026-01-01 00:30Z'
from tenant;
insert into job (tenant_id, job_id, work, created_at, due_at, dead_at)
select tenant_id, gen_random_uuid(), '{"job": "reset"}', '2026-01-01Z', '2026-01-01Z', dead_at
from tenant, (values (null), (timestamptz '2026-01-02Z')) as v (dead_at);
insert into throttle (tenant_id, scope, subject, hits, resets_at)
select tenant_id, 'recovery.tenant', sha256('demo'), 3, '2026-01-01 01:00Z' from tenant;
insert into shadow_password (tenant_id, subject, failures, blocked_forever, touched_at)
select tenant_id, sha256('nobody'), 1, false, '2026-01-01Z' from tenant;
insert into audit_event (tenant_id, event_id, at, action, outcome, account_id)
select tenant_id, gen_random_uuid(), '2026-01-01Z', 'password.reset', 'done', 1 from tenant;
insert into keyring (fingerprint, seen_at) values (sha256('key'), '2026-01-01Z');
