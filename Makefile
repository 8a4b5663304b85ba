# Heddle. `make help` says what there is.

SHELL       := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

GO       ?= go
export GOTOOLCHAIN ?= auto
TOPOLOGY ?= docs/examples/fabric.yaml
FUZZTIME ?= 20s
BIN      := bin

# syncd loads a vendor's libsai.so and is the only program linked with cgo.
PROGRAMS        := $(patsubst cmd/%/main.go,%,$(wildcard cmd/*/main.go))
CGO_PROGRAMS    := $(filter syncd,$(PROGRAMS))
STATIC_PROGRAMS := $(filter-out $(CGO_PROGRAMS),$(PROGRAMS))
LIBSAI_DIR      := hal/softasic/libsai
LIBSAI_SOURCES  := $(wildcard $(LIBSAI_DIR)/*.c)
LIBSAI_HEADERS  := $(wildcard $(LIBSAI_DIR)/*.h)
LIBNSS_SOURCE   := daemons/tacacs/remoteuser/nss/nss_heddle.c

.PHONY: help
help: ## say what the targets do
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: setup
setup: ## install the packages that building, running and testing need (root, Debian 12)
	@scripts/setup.sh

.PHONY: build
build: programs $(BIN)/libsai.so $(BIN)/libnss_heddle.so.2 ## build every program and library into bin/
	@$(GO) run ./internal/tools/coverage

.PHONY: programs
programs:
	@mkdir -p $(BIN)
	@GOWORK=off $(GO) run ./internal/tools/repair build
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w" -o $(BIN)/ $(addprefix ./cmd/,$(STATIC_PROGRAMS))
	CGO_ENABLED=1 $(GO) build -trimpath -ldflags "-s -w" -o $(BIN)/ $(addprefix ./cmd/,$(CGO_PROGRAMS))

$(BIN)/libsai.so: $(LIBSAI_SOURCES) $(LIBSAI_HEADERS)
	@mkdir -p $(BIN)
	gcc -O2 -g -std=gnu11 -fPIC -shared -fvisibility=hidden -pthread -Wall -Werror \
		-Wl,-soname,libsai.so -I$(LIBSAI_DIR) -o $@ $(LIBSAI_SOURCES)

# The name service is loaded into sshd: no Go in there.
$(BIN)/libnss_heddle.so.2: $(LIBNSS_SOURCE)
	@mkdir -p $(BIN)
	gcc -O2 -g -std=gnu11 -fPIC -shared -Wall -Wextra -Werror -Wl,-soname,libnss_heddle.so.2 -o $@ $<

.PHONY: run
run: setup build ## bring up a fabric with hosts, ping every pair, pull a spine, show BGP, leave it running
	@$(BIN)/heddle-lab demo $(TOPOLOGY)

.PHONY: stop
stop: ## take away what `make run` brought up
	@if [ -x $(BIN)/heddle-lab ]; then $(BIN)/heddle-lab down $(TOPOLOGY); else echo "nothing was built, nothing runs"; fi

.PHONY: test
test: setup build ## run all tests: unit, architecture, end-to-end, on Debian's kernel (root)
	@scripts/test.sh unit e2e qemu

.PHONY: unit
unit: build ## run the tests that send no packet through a whole switch
	@scripts/test.sh unit

.PHONY: e2e
e2e: build ## run the end-to-end tests (root)
	@scripts/test.sh e2e

.PHONY: qemu
qemu: setup build ## run the tests that need Debian's own kernel, in QEMU (root)
	@scripts/test.sh qemu

.PHONY: bench
bench: build ## measure forwarding, route programming, BGP against FRR and BIRD, and the command line
	@scripts/bench.sh

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (20s)
	@scripts/fuzz.sh $(FUZZTIME)

.PHONY: lint
lint: ## gofmt, go vet, and golangci-lint and shellcheck where installed
	@scripts/lint.sh

.PHONY: vuln
vuln: ## look for known vulnerabilities in what the programs call (needs the network)
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.1.4 ./...

.PHONY: generate
generate: ## regenerate the committed *_gen.go files and eBPF objects
	$(GO) generate ./...

.PHONY: check
check: lint ## lint, and prove that `make generate` changes nothing
	@scripts/generated-is-clean.sh

.PHONY: clean
clean: ## remove what was built
	rm -rf $(BIN) build go.work go.work.sum
