# make demo    try Rekey on this machine
# make test    run every test; installs what they need, if it is missing
# make pages   pictures of every recovery page, in target/pages
# make bench   measure the release binary beside what the machine can do; prints a table
# make bench-micro     measure single functions
# make plans   how every statement is carried out on a million accounts that are there
# make lint    formatting, lints and generated files, as CI checks them
# make rolling restarts and rotations under load behind real proxies; installs them if missing
# make scale   replicas, PgBouncer and a Patroni cluster that loses its leader; installs what is missing
# make deploy-check  the unit, the manifests, compose and the proxies' files, by the tools for each
# make lint-openapi    lint the contracts and the documents that are served (an npm package)
# make timing  what response times tell about accounts, measured and recorded in docs/timing.md
# make fuzz    ten minutes of a fuzzer on everything that reads the bytes of strangers; needs a C++ compiler
# make contract  what is served against its own OpenAPI documents, by schemathesis (a Python package)
# make observe-check   ask every query of dashboard and alerts of a real Prometheus

CARGO ?= cargo
PORT ?= 8080
# cargo-nextest where there is one: it runs tests in parallel processes, and here two more of them than there are
# processors, since a test waits for Postgres, or for a server that gives somebody time.
RUN_TESTS := $(shell $(CARGO) nextest --version >/dev/null 2>&1 \
    && echo "$(CARGO) nextest run --test-threads $$(($$(getconf _NPROCESSORS_ONLN) + 2))" || echo "$(CARGO) test --quiet")

.PHONY: demo test pages bench bench-micro plans lint lint-openapi observe-check fmt sqlx rolling scale deploy-check timing fuzz contract

demo:
	@scripts/needs
	@$(CARGO) build --quiet --bin rekey
	@REKEY__DATABASE__DATA_DIR="$$(scripts/data-dir)" $${CARGO_TARGET_DIR:-target}/debug/rekey demo --port $(PORT)

test:
	@scripts/needs --browser
	$(CARGO) build --quiet --tests
# The program was built with the tests; built alone it would be compiled once more, for other features of its libraries.
	REKEY_AS_BUILT=1 scripts/db $(RUN_TESTS)

pages:
	@scripts/needs --browser
	scripts/db $(CARGO) test --quiet --test it pictures_of_every_page -- --ignored
	@ls -d $${CARGO_TARGET_DIR:-target}/pages

bench:
	@scripts/needs
	@scripts/bench $(SECTIONS)

bench-micro:
	$(CARGO) bench --quiet --bench micro

plans:
	@scripts/needs
	TMPDIR=$${TMPDIR:-/tmp} scripts/db $(CARGO) test --quiet --test it every_statement_on_accounts_that_are_there -- --ignored

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --all-targets --quiet -- -D warnings
	$(CARGO) clippy --quiet --test rolling --test scale --test timing -- -D warnings
	$(CARGO) clippy --quiet --features otlp -- -D warnings
	$(CARGO) fmt --manifest-path benches/load/Cargo.toml --check
	$(CARGO) clippy --quiet --locked --manifest-path benches/load/Cargo.toml --target-dir $${CARGO_TARGET_DIR:-target} -- -D warnings
	scripts/sqlx --check

lint-openapi:
	scripts/lint-openapi

observe-check:
	@scripts/needs
	scripts/observe-check

fmt:
	$(CARGO) fmt --all

sqlx:
	scripts/sqlx

scale:
	scripts/scale

rolling:
	scripts/rolling

deploy-check:
	scripts/check-deploy

timing:
	@scripts/needs
	scripts/timing

# SECONDS=60 make fuzz: a minute for each target instead of ten.
fuzz:
	scripts/fuzz $(or $(SECONDS),600)

contract:
	@scripts/needs
	scripts/contract
