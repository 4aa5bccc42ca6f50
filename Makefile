# make help lists what there is.

IMPL  ?=
RUN   ?=
COUNT ?= 20
TAGS  := deadlock_synctest
GO    ?= go

# The race runtime would sleep for a second at every exit.
export GORACE := atexit_sleep_ms=0

impls  := $(addprefix ./impls/,$(IMPL))
select := $(if $(RUN),-run '$(RUN)')
logged  = $(or $(IMPL),ticker-timer)
story   = $(or $(RUN),InitialElection)

.PHONY: help grade test stress logs lint bench cover vuln

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16
	@echo "  IMPL=polling-sleep RUN=2A COUNT=500 narrow grade, stress and logs"

grade: ## run the suite against all implementations and say who passes what
	@$(GO) run ./grader run -race -count $(COUNT) $(select) $(impls)

stress: ## repeat with new seeds until something fails, at most COUNT times
	@$(GO) run ./grader run -race -failfast -seed $$(date +%s) -count $(COUNT) $(select) $(impls)

logs: ## one run, pretty-printed, a column for each server
	@VERBOSE=1 $(GO) test -tags $(TAGS) -run '2A/^$(story)$$' -count 1 -v ./impls/$(logged) 2>&1 | $(GO) run ./tools/dslogs -c 3

test: ## the tests of this repository, under the race detector
	$(GO) test -race -tags $(TAGS) ./...

lint: ## gofmt, vet and staticcheck
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "run gofmt -w on these"; exit 1; }
	$(GO) vet -tags $(TAGS) ./...
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 -tags $(TAGS) ./...

bench: ## benchmarks: whole runs in the simulation, boxes, labgob, labrpc, the log and its printer
	$(GO) test -run '^$$' -bench . -benchmem ./src/... ./tools/...

vuln: ## known vulnerabilities in what we depend on
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...
