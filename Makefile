# The commands a person types. Each one is a script in .ci/, where the how and the why are written.

.DEFAULT_GOAL := help
.PHONY: help serve test fuzz bench wasm clean distclean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: wasm ## Build everything and serve the playground (PORT=8080)
	@node .ci/serve.mjs

test: ## Build everything and run every check there is
	@bash .ci/setup.sh test
	@bash .ci/test.sh

fuzz: ## Play random programs and damaged texts (MINUTES=5, SEED=the time)
	@bash .ci/fuzz.sh

bench: ## Measure the engine natively: events per second
	@echo "== measuring; each line of the answer is one model"
	@cargo bench --quiet --bench "*"

wasm: ## Build the engine for the page, into www/wasm
	@bash .ci/setup.sh serve
	@bash .ci/wasm.sh

clean: ## Remove what was built
	rm -rf target www/wasm www/vendor

distclean: clean ## Remove what was installed into the project too
	rm -rf .tools www/node_modules
