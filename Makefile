# make demo    try Rekey on this machine
# make test    run every test; installs what they need, if it is missing
# make pages   pictures of every recovery page, in target/pages
# make lint    formatting, lints and generated files, as CI checks them

CARGO ?= cargo
PORT ?= 8080
# cargo-nextest where there is one: it runs tests in parallel processes.
RUN_TESTS := $(shell $(CARGO) nextest --version >/dev/null 2>&1 && echo "$(CARGO) nextest run" || echo "$(CARGO) test --quiet")

.PHONY: demo test pages lint fmt sqlx

demo:
	@scripts/needs
	@$(CARGO) build --quiet --bin rekey
	@REKEY__DATABASE__DATA_DIR="$$(scripts/data-dir)" $${CARGO_TARGET_DIR:-target}/debug/rekey demo --port $(PORT)

test:
	@scripts/needs --browser
	$(CARGO) build --quiet --tests
	scripts/db $(RUN_TESTS)

pages:
	@scripts/needs --browser
	scripts/db $(CARGO) test --quiet --test it pictures_of_every_page -- --ignored
	@ls -d $${CARGO_TARGET_DIR:-target}/pages

lint:
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets --quiet -- -D warnings
	scripts/sqlx --check

fmt:
	$(CARGO) fmt

sqlx:
	scripts/sqlx
