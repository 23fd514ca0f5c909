//! A database that takes itself for one of millions of accounts, and what it means to do there.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, PgPool, Postgres, Row as _, Transaction};

use super::shape::{Index, Schema};
use super::statement::Statement;

/// Everything happens in one transaction, so that nobody else gathers statistics meanwhile.
pub struct Planner {
    tx: Transaction<'static, Postgres>,
    accounts: u32,
    pub schema: Schema,
}

impl Planner {
    /// Fills the tables with so many accounts, and all but the tables named `small` with rows in proportion.
    pub async fn new(db: &PgPool, small: &[&str], accounts: u32) -> Self {
        let mut planner = Self {
            tx: db.begin().await.unwrap(),
            accounts,
            schema: Schema::default(),
        };
        let rows = include_str!("../../data/plans/rows.sql");
        // A plan that is made once for all values, as a server's connections come to keep.
        planner
            .run(&format!(
                "set local session_replication_role = replica;
                set local plan_cache_mode = force_generic_plan;
                set local plans.accounts = {accounts};
                {rows};
                analyze;"
            ))
            .await;
        planner.schema = planner.read_schema(small).await;
        planner
    }

    pub async fn run(&mut self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&mut *self.tx)
            .await
            .unwrap();
    }

    /// Takes everything back.
    pub async fn end(self) {
        self.tx.rollback().await.unwrap();
    }

    async fn read_schema(&mut self, small: &[&str]) -> Schema {
        let tables: Vec<String> = sqlx::query_scalar(
            "select relname::text from pg_class
            where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> '_sqlx_migrations'",
        )
        .fetch_all(&mut *self.tx)
        .await
        .unwrap();
        for table in small {
            assert!(tables.iter().any(|one| one == table), "{table}");
        }
        let growing: Vec<String> = tables
            .into_iter()
            .filter(|table| !small.contains(&table.as_str()))
            .collect();
        let rows = sqlx::query(
            "select i.indexrelid::regclass::text, i.indrelid::regclass::text, array(
                select attname::text from pg_attribute where attrelid = i.indexrelid order by attnum
            ) from pg_index as i where i.indrelid::regclass::text = any($1)",
        )
        .bind(&growing)
        .fetch_all(&mut *self.tx)
        .await
        .unwrap();
        let indexes = rows.into_iter().map(|row| {
            let index = Index {
                table: row.get(1),
                columns: row.get(2),
            };
            (row.get(0), index)
        });
        Schema {
            indexes: indexes.collect(),
            growing,
        }
    }

    /// Has the tables that grow hold as many rows as they would with so many accounts. Their pages stay
    /// as few as they are, which makes reading all of them look cheaper than it would be.
    pub async fn pretend(&mut self, accounts: u32) {
        // All rows were looked at, so values that occur twice are listed as frequent, and would count for
        // thousands of rows later.
        self.run(
            "update pg_statistic
                set stakind1 = 0, staop1 = 0, stacoll1 = 0, stanumbers1 = null, stavalues1 = null
                where stakind1 = 1 and stadistinct < 0",
        )
        .await;
        sqlx::query(
            "update pg_class set reltuples = reltuples * $1
            where reltuples > 0 and relkind in ('r', 'i') and coalesce(
                (select indrelid from pg_index where indexrelid = pg_class.oid), oid
            )::regclass::text = any($2)",
        )
        .bind(f64::from(accounts) / f64::from(self.accounts))
        .bind(&self.schema.growing)
        .execute(&mut *self.tx)
        .await
        .unwrap();
        self.accounts = accounts;
    }

    /// How a statement is carried out, whatever its parameters.
    pub async fn plan(&mut self, statement: &Statement) -> Value {
        let nulls = vec!["null"; statement.parameters.len()].join(", ");
        let (types, values) = match statement.parameters.as_slice() {
            [] => (String::new(), String::new()),
            types => (format!("({})", types.join(", ")), format!("({nulls})")),
        };
        let sql = format!(
            "prepare asked{types} as {}; explain (format json) execute asked{values}; deallocate asked",
            statement.sql
        );
        let rows = sqlx::raw_sql(AssertSqlSafe(sql))
            .fetch_all(&mut *self.tx)
            .await
            .unwrap_or_else(|error| panic!("{error}: {}", statement.sql));
        let Json(mut explained): Json<Value> = rows[0].get(0);
        explained[0]["Plan"].take()
    }

    /// What Postgres itself asks when a row of a table is deleted: which rows refer to it.
    pub async fn references(&mut self, table: &str) -> Vec<Statement> {
        let rows = sqlx::query(
            "select conrelid::regclass::text, attname::text, conname::text
            from pg_constraint join pg_attribute on attrelid = conrelid and attnum = any(conkey)
            where contype = 'f' and confrelid = $1::text::regclass
            order by array_position(conkey, attnum)",
        )
        .bind(table)
        .fetch_all(&mut *self.tx)
        .await
        .unwrap();
        let mut keys = BTreeMap::<(String, String), Vec<String>>::new();
        for row in rows {
            let key = keys.entry((row.get(2), row.get(0))).or_default();
            key.push(format!("{} = ${}", row.get::<String, _>(1), key.len() + 1));
        }
        keys.into_iter()
            .map(|((_, table), columns)| Statement {
                sql: format!("select from only {table} where {}", columns.join(" and ")),
                parameters: vec!["unknown".into(); columns.len()],
            })
            .collect()
    }
}
