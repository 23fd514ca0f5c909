-- The live tokens of an account. The index that keeps them unique leaves out those that disown.
create index recovery_token_account on recovery_token (tenant_id, account_id)
    where spent_at is null and voided_at is null;
-- What has waited longest, for metrics.
create index job_waiting on job (created_at) where dead_at is null;
