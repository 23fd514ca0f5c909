create table name_rule (
    version    integer     primary key check (version > 0),
    applied_at timestamptz not null
);
comment on table name_rule is 'By which rules the stored names and their *_key columns were cleaned, and when. What cannot be computed in SQL is done by `rekey migrate`, or by the first server that starts.';
