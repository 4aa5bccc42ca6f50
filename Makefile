# make help lists what there is.

IMPL  ?=
RUN   ?=
COUNT ?= 20
FUZZTIME ?= 30s
TIME  ?= 1h
LAB   ?=
TAGS  := deadlock_synctest
GO    ?= go

# The compiler takes a fifth less time where it may keep more garbage. go run would
# add a line of its own to every failure, and turn every status into 1.
GRADER := export GOGC=400; $(GO) build -o .build/grader ./grader && .build/grader

# The race runtime would sleep for a second at every exit.
export GORACE := atexit_sleep_ms=0

# The labs that stand on the Raft lab.
above  := kv-classic kv-rsm

impls  := $(addprefix ./impls/,$(IMPL))
select := $(if $(RUN),-run '$(RUN)')
logged  = $(or $(IMPL),ticker-timer)
story   = $(or $(RUN),InitialElection)

# The minor versions of Go that servers can be built with, in words and as patterns for a shell.
sets     := src/box/goroot/patches
minors   := $(notdir $(wildcard $(sets)/go1.*))
patterns := $(foreach m,$(minors),$(m)|$(m).*|$(m)rc*|)none

.PHONY: help grade full race corpus test hostile kvbugs mutants stories fuzz stress logs soak lint bench vuln install web check-go

help: ## list the targets
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16
	@echo "  IMPL=polling-sleep RUN=2A COUNT=500 narrow grade, race, stress, soak and logs"

# Where GOTOOLCHAIN allows others, the go command and the grader find one that is supported by themselves.
check-go:
	@policy=$${GOTOOLCHAIN:-$$($(GO) env GOTOOLCHAIN)} || { echo "install Go, one of $(minors), from https://go.dev/dl" >&2; exit 1; }; \
	version=$$policy; case $$policy in *auto|*path) exit 0;; local|"") version=$$(GOFLAGS= $(GO) env GOVERSION);; esac; \
	case "$$version" in $(patterns)) ;; *) echo "$$version is not supported: raftlab needs one of $(minors);" \
	  "set GOTOOLCHAIN=$$(cat $(sets)/$(lastword $(minors))/release), which the go command fetches by itself" >&2; exit 1;; esac

install: check-go ## install grader and dslogs with go install
	$(GO) install ./grader ./tools/dslogs

grade: check-go ## run the whole suite against all implementations and report who passes what
ifneq ($(RUN)$(IMPL)$(filter command line environment,$(origin COUNT)),)
	@$(GRADER) run -count $(COUNT) $(select) $(impls)
else
	@$(GRADER) run -count 1; status=$$?; \
	  for lab in $(above); do echo; .build/grader run -lab $$lab -short -count 1 || status=$$?; done; exit $$status
endif

full: check-go ## the whole suite 20 times, for failures in one run of ten; then race
	@$(GRADER) run -count 20 $(impls)
	@for lab in $(above); do .build/grader run -lab $$lab -count 20 || exit; done
	@$(MAKE) --no-print-directory race

# A run takes half a second of processor time, and what two goroutines do without a lock they do in nearly every run.
races = $(if $(filter command line environment,$(origin COUNT)),$(COUNT),3)

race: check-go ## all scenarios as goroutines under the race detector, which boxes do not have; 3 times, or COUNT
	@$(GRADER) run -race -clock bubble -count $(races) $(select) $(impls)

stress: check-go ## repeat with new seeds until something fails, at most COUNT times
	@$(GRADER) run -failfast -seed $$(date +%s) -count $(COUNT) $(select) $(impls)

corpus: check-go ## grade the checkouts in DIR and compare with the file TRUTH, which says what is true of them
	@$(GRADER) corpus -state .build/corpus.state $(if $(TRUTH),-truth '$(TRUTH)') $(select) '$(DIR)'

logs: ## one run, pretty-printed, a column for each server
	@VERBOSE=1 $(GO) test -tags $(TAGS) -run '2A/^$(story)$$' -count 1 -v ./impls/$(logged) 2>&1 | $(GO) run ./tools/dslogs -c 3

# What is tested and linted: everything but other people's code in impls/, which may be half done.
dirs := ./grader ./internal ./src ./tools $(addprefix ./impls/,internal etcd-raft kv-classic kv-rsm polling-sleep ticker-timer)
ours := $(addsuffix /...,$(dirs))

# What starts no goroutines, or runs in boxes, has one thread (but see raced): the race detector
# would cost minutes there and find nothing.
alone := ./grader $(addprefix ./grader/internal/,build checkout grading page submission) \
	./impls/internal/figure2 ./src/box/... ./src/sim/... ./src/logline

test: check-go ## the tests of this repository, with the race detector where there is more than one thread
	@$(MAKE) --no-print-directory -j2 test-threads test-alone
	@for browser in $(browsers); do command -v $$browser >/dev/null && exit; done; \
	  echo "left out: the page in a browser (grader/internal/page), for there is none of $(browsers) here"

# By these names the tests look for a browser.
browsers := chromium chromium-browser google-chrome

# The grader's tests start it as a worker, again and again, which under the race detector takes five times
# as long; a worker has one thread. These do at once what it has goroutines for: building several, playing
# runs, writing results, showing a replay, and running a checkout's tests.
raced := TestNeighboursOfTheDead|TestReplay|TestGotestVerdicts

.PHONY: test-threads test-alone
test-threads:
	$(GO) test -timeout 40m -race -short -tags $(TAGS) $$($(GO) list $(ours) | grep -vxF "$$($(GO) list $(alone))")
	$(GO) test -timeout 40m -race -short -tags $(TAGS) ./grader -run '^($(raced))$$'
test-alone:
	$(GO) test -timeout 40m -short $(alone)

hostile: check-go ## the tests of what submissions may try against the grader
	$(GO) test -timeout 40m ./grader -run 'TestAttacks|TestMemory|TestElectionsWithoutVotes|TestHostileNeighbour'

kvbugs: check-go ## puts each bug of a catalogue into the key-value stores, and sees that it is found by its name
	$(GO) test -timeout 40m ./grader -v -run TestKVBugs

mutants: check-go ## takes hours: which bugs of the catalogue the suite finds in 20 seeds; goes on where it was stopped
	$(GRADER) mutants -state mutants.state

stories: check-go ## what is told of broken implementations in words, and shown of them in a browser
	$(GO) test -timeout 40m ./src/raft/rafttest/story ./src/kvraft/kvtest ./grader/internal/page -run 'TestStories|TestStates|TestScreens'
	$(GO) test -timeout 40m ./grader -run TestKVStories

# A target and its directory, two at a time. What has found nothing when its time is over may still be told to have
# failed, with "context deadline exceeded" and no input: https://go.dev/issue/75804. An input that fails is always written.
fuzz: check-go ## every fuzz target for FUZZTIME
	@grep -rn '^func Fuzz' --include='*_test.go' $(dirs) | sed 's|^\(.*\)/[^/]*:[0-9]*:func \(Fuzz[A-Za-z]*\).*|\1 \2|' | \
	  xargs -n 2 -P 2 sh -c 'out=$$($(GO) test "$$0" -run "^$$" -fuzz "^$$1$$" -fuzztime $(FUZZTIME) -parallel 1 2>&1) || case $$out in \
	      *"Failing input"*) false;; *"--- FAIL: $$1 ("*")"?"    context deadline exceeded"?FAIL*) true;; *) false;; \
	    esac && echo "ok  $$0 $$1" || { echo "$$out"; exit 255; }'

lint: check-go ## gofmt, vet and staticcheck
	@test -z "$$(gofmt -l $(dirs))" || { gofmt -l $(dirs); echo "run gofmt -w on these"; exit 1; }
	$(GO) vet -tags $(TAGS) $(ours)
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 -tags $(TAGS) $(ours)

web: ## build the template of the page for browsers from its sources, and test these; needs Node.js 20.19 and npm
	cd grader/internal/page/web && npm ci && npm run check && npm run build

soak: check-go ## new seeds for TIME, and what failure rate they exclude; goes on where it ended; LAB=kv-rsm for that lab
	@$(GRADER) soak -for $(TIME) -state .build/soak.state $(if $(LAB),-lab $(LAB)) $(select) $(impls)

bench: ## benchmarks: whole runs, boxes, labgob, labrpc, the log and its printer
	$(GO) test -run '^$$' -bench . -benchmem ./src/... ./tools/...

vuln: ## known vulnerabilities in the dependencies
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...
