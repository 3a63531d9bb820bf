# Everything a newcomer, a committer and CI run. Each target does its own set-up.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# cargo-nextest has no doc tests, so they always run by themselves, and first: the summary stays last.
NEXTEST := $(shell command -v cargo-nextest)

.PHONY: help
help: ## list the targets
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

.PHONY: setup
setup: ## get what tests and demo talk to, into target/: two Ansibles, other linters, libvirt's headers
	@scripts/setup

.PHONY: build
build: ## build the binaries into target/debug
	packages=$$(scripts/packages); cargo build $$packages

.PHONY: demo
demo: build ## show examples through ansible-inventory and ansible-playbook, libvirt's guests, and the linter
	@scripts/setup 2.19
	@scripts/demo

.PHONY: lint
lint: ## check formatting and clippy's opinion
	cargo fmt --all --check
	packages=$$(scripts/packages); cargo clippy $$packages --all-targets -- -D warnings

.PHONY: test
test: setup build lint ## all of that, and every test, against real Ansible
	packages=$$(scripts/packages); cargo test $$packages --doc
ifdef NEXTEST
	packages=$$(scripts/packages); cargo nextest run $$packages
else
	packages=$$(scripts/packages); cargo test $$packages --lib --bins --tests
endif

.PHONY: e2e
e2e: setup ## what takes minutes: pre-commit and prek build the hook; Ansible plays guests of real hypervisors
	cargo test --package inv-lint --test inv-lint -- --ignored
	@scripts/e2e
	@scripts/e2e-vagrant

.PHONY: schema
schema: ## write docs/schema/: of the files that people write, for editors, and of what `plan` and `inv-lint` print
	UPDATE_SCHEMA=1 cargo test --quiet --package inv-static --bin inv-static schema
	UPDATE_SCHEMA=1 cargo test --quiet --package inv-vagrant --bin inv-vagrant schema
	UPDATE_SCHEMA=1 cargo test --quiet --package inv-libvirt --bin inv-libvirt schema
	UPDATE_SCHEMA=1 cargo test --quiet --package inventory-core --test plan schema
	UPDATE_SCHEMA=1 cargo test --quiet --package inventory-core --lib lint::config schema
	UPDATE_SCHEMA=1 cargo test --quiet --package inventory-core --lib json_is_what_its_published_schema

.PHONY: rules
rules: ## write docs/rules.md: the pages of the linter's rules
	UPDATE_RULES=1 cargo test --quiet --package inv-lint rules

.PHONY: pictures
pictures: ## draw docs/plan/ again: the plans of examples
	UPDATE_PICTURES=1 cargo test --quiet --package inv-static --test examples pictures

.PHONY: bench
bench: ## measure us against Ansible, other linters and Python, in one run, as a Markdown table
	@scripts/setup 2.19 tools bundle
	packages=$$(scripts/packages); cargo build --release $$packages
	@scripts/bench

.PHONY: fuzz
fuzz: ## let the fuzzers look for input that panics, a minute each (nightly Rust, cargo-fuzz)
	@for target in yaml inventory cluster set_path plan lint; do \
		cargo +nightly fuzz run --fuzz-dir inventory-core/fuzz "$$target" -- -max_total_time=60 -max_len=4096; \
	done
