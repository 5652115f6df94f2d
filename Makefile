# Peikao. `make run` shows it, `make test` proves it, `make help` lists the rest.

LISTEN ?= 127.0.0.1:8080
DATA   ?= .data
LASTING ?= 30m
GO     ?= go

# Chromium reads the names of uploaded files by the locale, and a bare machine has none.
export LC_ALL := C.UTF-8

TEMPL       := $(GO) tool templ
STATICCHECK := bin/staticcheck
ASSET_SOURCES := $(shell find static/ts static/css static/icons static/build internal/web -name '*.ts' -o -name '*.css' -o -name '*.go' -not -name '*_test.go' -o -name '*.templ' -o -name '*.txt')

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL: # each step uses all processors by itself, and two may not install at once
.PHONY: help run test check build assets generate conformance bench crawl durability soak drill upgrade fuzz mutants demo-reset screenshots bare setup setup-test setup-long

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build, start everything, open the demo clinic at LISTEN (data in DATA)
	@exec bin/peikao demo --listen '$(LISTEN)' --data '$(DATA)'

# A password's hash and a compression are computed on memory of their own: watched for races they take ten times as long. Inlining (-l) takes half of
# the time to compile for races; it is left out where little time is spent when the tests run: in the libraries and the views.
UNWATCHED := -gcflags=golang.org/x/crypto/argon2=-race=false -gcflags=github.com/klauspost/compress/...=-race=false
RACE := -race -gcflags=all=-l -gcflags=std= -gcflags=./...= -gcflags=./internal/web/...=-l $(UNWATCHED)

# Watched for races is what has goroutines or shares memory between them (internal/archtest holds the list to that). The rest is done by one goroutine
# after the other, and internal/app asks a whole server for it, watched; what is judged by its time is real only without the detector. The longest come first.
RACED := ./internal/app/... ./internal/exam ./internal/bank ./internal/backup ./internal/platform/... ./internal/bench ./internal/account ./internal/api

# A test that talks to PostgreSQL, a browser or a killed server mostly waits, so more packages run at once than there are processors, and all parts
# run beside each other, after what they share is compiled: nothing twice, and the longest parts do not begin last. The story is told by one program
# in two halves, of which PAGE is one. Vet is a part of `make check`; a test needs no debugger's tables (-w), which take a third of its linking.
TEST := $(GO) test -vet=off -ldflags=-w -timeout 15m
TELL := cd internal/story && exec ../../bin/story.test -test.timeout 15m
PAGE := '^Test(AttemptPage|InvigilatedPage|WaitingPage|SpokenAnswer|NoMicrophone)$$'
test: setup-test assets ## everything: unit, PostgreSQL, object storage, race detector, architecture, the browser story
	@mkdir -p bin
	@$(GO) build $(RACE) $(RACED)
	@$(GO) build ./internal/gateway
	@$(TEST) -c -o bin/story.test ./internal/story
	@( ( $(TELL) -test.skip $(PAGE) ) > bin/story.log 2>&1 & story=$$!; \
	   ( $(TELL) -test.run $(PAGE) ) > bin/page.log 2>&1 & page=$$!; \
	   $(TEST) $$($(GO) list ./... | grep -vxF "$$($(GO) list $(RACED))" | grep -v /internal/story) > bin/unraced.log 2>&1; rest=$$?; \
	   wait $$story; story=$$?; wait $$page; page=$$?; exit $$((rest || story || page)) ) & rest=$$!; \
	$(TEST) $(RACE) -p $$((2 * $$(nproc))) $(RACED); raced=$$?; \
	wait $$rest; rest=$$?; \
	for part in story page unraced; do echo "--- $$part"; cat bin/$$part.log; done; exit $$((raced || rest))

crawl: setup-test assets ## every page as every role in a browser: accessibility, console, width (5 min)
	$(GO) test -vet=all -timeout 15m -count=1 ./internal/story/crawl

check: generate assets bin/staticcheck ## format, vet, staticcheck, TypeScript types, architecture, generated files current
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo 'gofmt: the files above are not formatted'; exit 1; }
	$(GO) vet ./...
	$(STATICCHECK) ./...
	cd static && npx --no-install tsc --noEmit -p .
	$(GO) test ./internal/archtest
	@git diff --exit-code --stat -- '*_templ.go' || { echo 'generated files were not current: commit them'; exit 1; }

build: assets ## compile bin/peikao
	$(GO) build -ldflags "-s -w" -o bin/peikao ./cmd/peikao

assets: static/dist/manifest.json ## bundle TypeScript and styles into static/dist

static/dist/manifest.json: static/node_modules/.installed $(ASSET_SOURCES)
	$(GO) run ./static/build

static/node_modules/.installed: static/package.json static/package-lock.json | setup
	cd static && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

generate: ## write the Go files of the views
	$(TEMPL) generate

conformance: setup assets ## run the importers on a folder of real files, and what they show through a bank: make conformance FIXTURES=../shared/fixtures
	$(GO) run ./questionbank/conformance -fixtures '$(FIXTURES)'
	$(GO) test -vet=off -count=1 -run TestMediaTravelThroughTheBank ./internal/app -fixtures "$$(cd '$(FIXTURES)' && pwd)"

bench: setup ## ask every page of a clinic 100 times the demo, fill a bank of 100,000 questions, load a real server beside the measured limit, at the end with 10 million journal rows (bench.json)
	@mkdir -p bin
	$(GO) test -run '^$$' -bench Pages -benchtime 1x -timeout 30m ./internal/bench/scale -figures $(CURDIR)/bin/pages.figures
	$(GO) test -run '^$$' -bench Bank -benchtime 1x -timeout 20m ./internal/bench/largebank -figures $(CURDIR)/bin/bank.figures
	$(GO) run ./internal/bench -grow 10000000 -to bench.json -with bin/bank.figures,bin/pages.figures
	$(GO) test -run '^$$' -bench . -benchtime 2s ./internal/exam/... ./questionbank/...

durability: setup-long assets ## kill the server and PostgreSQL under 200 examinees, then halt, fill and replace what an exam stands on, set its clock wrong, spoil its line, kill the browser, and upgrade in mid-exam (45 min)
	$(GO) run ./internal/bench/durability
	$(GO) test -count=1 -timeout 45m -run 'TestFaults|TestFull' ./internal/bench/durability -long
	$(GO) test -count=1 -timeout 20m -run TestBrowserKilled ./internal/story -killed 20
	$(GO) test -count=1 -timeout 30m -parallel 3 -run TestBadLine ./internal/story -bad 30s,2m,10m
	$(MAKE) drill
	$(MAKE) upgrade

drill: setup assets ## lose a working clinic's machine and delete its rows, and bring it back from its backups: what is lost, how long it takes (3 min)
	$(GO) test -count=1 -v -timeout 20m -run TestRestoreDrill ./cmd/peikao -long
	$(GO) test -count=1 -v -timeout 20m -run TestBackToAMoment ./internal/backup

soak: setup ## let 500 examinees work for half an hour: memory, goroutines, connections, times of saves: make soak LASTING=30m (40 min)
	$(GO) test -count=1 -timeout 3h -v -run 'TestFaults/soak' ./internal/bench/durability -soak $(LASTING)

upgrade: setup assets ## upgrade an older program in the middle of an exam, and take it back: make upgrade BEFORE=v1.0 (3 min)
	$(GO) run ./internal/bench/durability -upgrade -before '$(BEFORE)'

fuzz: ## fuzz every importer and the marking for a minute each
	deploy/setup/fuzz.sh

mutants: ## plant faults in marking, bands, deadlines and statistics; fails where the tests find fewer than 90 of 100 (1 min)
	$(GO) run ./internal/bench/mutants

demo-reset: build ## throw the demo clinic's data away (DATA)
	bin/peikao demo --data '$(DATA)' --reset-only

screenshots: setup-test build ## every page at 1280 and 390 px into screenshots/
	$(GO) run ./internal/story/screenshots -program bin/peikao -to screenshots

bare: ## try both commands on a bare Debian 12, in a chroot (needs root and debootstrap)
	deploy/setup/bare.sh

bin/staticcheck: deploy/tools/go.mod
	$(GO) build -modfile=deploy/tools/go.mod -o $@ honnef.co/go/tools/cmd/staticcheck

setup:
	@deploy/setup/install.sh

setup-test:
	@deploy/setup/install.sh --test

setup-long:
	@deploy/setup/install.sh --long
