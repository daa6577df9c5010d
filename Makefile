# Each target is one script: read scripts/ for what it does.
.DEFAULT_GOAL := help
.PHONY: run test check audit scan faults bench pictures fmt clean help

run: ## start the portal with its demo on 127.0.0.1:$PORT (8000)
	@scripts/run.sh

test: ## all checks and tests, on SQLite, PostgreSQL and in a browser
	@scripts/test.sh

check: ## format, lint, types, import contracts, translations
	@scripts/check.sh

faults: ## break the portal on purpose, and prove that nothing is lost
	@scripts/faults.sh

bench: ## each measured operation beside its bare limit
	@scripts/bench.sh

audit: ## known weaknesses of code and libraries, list of all parts into .cache/sbom.json
	@scripts/audit.sh

scan: ## scan the served demo and its API as each role; some 20 minutes
	@scripts/scan.sh

pictures: ## every page at 360 and 1280 px, into docs/pictures/build
	@scripts/pictures.sh

fmt: ## format the code and mend what can be mended
	@scripts/fmt.sh

clean: ## remove what can be made again; instance/ with its data stays
	@scripts/clean.sh

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
