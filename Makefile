# The commands of this project; `make help` lists them.

CARGO ?= cargo
.DEFAULT_GOAL := help

.PHONY: help demo test check bench bench-quick bench-server sanitize fuzz mutants soak release install uninstall dist
.PHONY: install-server uninstall-server pam install-pam uninstall-pam
.PHONY: dist-reproducible packages test-packages header abi-check abi-baseline audit library fmt lint docs clean
.PHONY: test-documents test-rust test-openapi test-page test-python test-java test-csharp test-go test-node test-php test-bench test-install test-deployment test-pam summary lint-rust lint-c lint-docs lint-shell

# What these lack is installed, as scripts/need says, unless it is set to `no`; the others tell what is missing.
demo test check: export VERIGATOR_INSTALL ?= yes
test-%: export VERIGATOR_INSTALL ?= yes

ifeq ($(shell uname -s),Linux)
LIBRARY = target/library/libverigator.so
else
LIBRARY = library
endif

help: ## list the commands
	@sed -nE 's/^##@ (.*)/\n\1/p; s/^([a-z-]+):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 21

##@ Try and test

demo: ## build in release mode and log a user in, from end to end
	@scripts/demo

test: ## everything: formatting, lints, and all tests in all languages
	@scripts/test-all

check: ## the quick part, for while one works: formatting, the core and the C API
	@scripts/need cargo cc g++ clang clang++ nm cJSON nlohmann-json python3
	$(CARGO) fmt --all --check
	$(CARGO) test --quiet --workspace --lib
	$(CARGO) test --quiet --workspace --test description --test header --test wire --test replies --test conformance

##@ Measure

bench: ## measure the library beside others; see bench/README.md
	@bench/build
	@cd bench && $(BENCH)

bench-quick: ## the same with less of everything, in three minutes
	@bench/build
	@cd bench && $(BENCH) --quick

bench-server: ## measure the server beside what people host instead; see bench/SERVER.md
	@bench/build-server
	@cd bench && ../target/bench/venv/bin/python -m hosting

##@ Look for faults

sanitize: $(LIBRARY) target/server/verigator-server ## the C tests under AddressSanitizer, LeakSanitizer and ThreadSanitizer, and those of the PAM module; takes minutes
	@scripts/sanitize
	SANITIZED=yes pam/check

fuzz: ## fuzz each target for 30 s (SECONDS=n for longer) and print how often it ran
	@scripts/fuzz $(or $(SECONDS),30)

mutants: ## which small mistakes the tests let pass; a night (FILES=src/model.rs for fewer)
	@scripts/mutants $(FILES)

soak: ## 32 threads against a server that misbehaves and dies, for ten minutes (SECONDS=n)
	SOAK_SECONDS=$(or $(SECONDS),600) $(CARGO) test --quiet --package verigator --test soak -- --nocapture

##@ Build and install

release: library target/server/verigator-server target/cli/verigator ## the libraries, the server and the command line, optimised, in target/release

install: $(LIBRARY) target/cli/verigator ## install libraries, headers, the command line and manual pages: PREFIX, DESTDIR, ... as in scripts/install
	scripts/install target/library
	scripts/install-cli target/cli

uninstall: ## remove what was installed, with the same PREFIX, DESTDIR, ...
	scripts/install --uninstall
	scripts/install-cli --uninstall

install-server: target/server/verigator-server ## install the server, its units, manual pages and completions; see scripts/install-server
	scripts/install-server target/server

uninstall-server: ## remove what was installed of the server, with the same PREFIX, DESTDIR, ...
	scripts/install-server --uninstall

pam: $(LIBRARY) ## the PAM module with its program, in target/pam, for PREFIX, LIBEXECDIR and SYSCONFDIR; see pam/README.md
	@scripts/need cc libpam
	@$(MAKE) --no-print-directory -C pam

install-pam: pam ## install the PAM module, its program, manual page and examples; see scripts/install-pam
	scripts/install-pam target/pam

uninstall-pam: ## remove what was installed of the PAM module, with the same PREFIX, DESTDIR, ...
	scripts/install-pam --uninstall

##@ Release

packages: ## after `make dist`: pack the bindings for all platforms, and try them
	@scripts/packages/all

test-packages: ## the packages of Conan, Debian and RPM, which live in an empty root, and containers by the compose file; not a part of `make test`
	@scripts/test-packages

dist: ## build the release archives of all platforms, and try each of them
	@scripts/dist/all $(PLATFORM)

dist-reproducible: ## build this commit twice, in two folders, and compare the bytes of the archives
	@scripts/dist/compare-builds $(PLATFORM)

audit: ## have cargo-deny judge all dependencies: advisories, licences, sources; see scripts/audit
	@scripts/audit $(DATABASE)

abi-check: ## compare the C ABI with its baseline in packaging/abi
	@scripts/need cc abidw python3
	scripts/abi-check

abi-baseline: ## make the present C ABI the baseline, which a break of it cannot become
	@scripts/need cc abidw python3
	scripts/abi-check --update

##@ Develop

header: ## make anew what is made of src/ffi and of options: header, description, what languages declare, pages
	UPDATE_HEADER=1 $(CARGO) test --quiet --workspace --test description --test documents fresh

fmt: ## format the Rust, C and C++ code (other languages: see their check scripts)
	@scripts/need clang-format
	$(CARGO) fmt --all
	clang-format -i $(C_SOURCES)

lint: lint-rust lint-c lint-shell ## check formatting and run the linters

docs: ## the documentation as HTML, in target/docs: the reference of each language, manual pages and these pages
	@scripts/docs/all

clean: ## remove what was built
	$(CARGO) clean

# Without symbols; a packager who keeps debug information sets LDFLAGS and cargo's own variables.
LDFLAGS ?= -s

LIBRARY_SOURCES = Cargo.lock Cargo.toml packaging/declarations.py packaging/linked.py packaging/settings packaging/third_party.py \
	packaging/verigator.map scripts/link-shared scripts/build-release $(shell find build src include -type f)

ifeq ($(LIBRARY),library)
library:
	$(CARGO) rustc --quiet --release --package verigator --features capi --lib --crate-type cdylib
else
# In the place of cargo's own, which programs would find there.
library: $(LIBRARY)
	@mkdir -p target/release
	@cp -a --remove-destination target/library/* target/release

# By the age of the files and not by cargo, which root need not have for `make install`.
$(LIBRARY): $(LIBRARY_SOURCES)
	@scripts/need cc $(CARGO) python3 readelf
	CARGO="$(CARGO)" LDFLAGS="$(LDFLAGS)" scripts/build-release library
endif

PROGRAM_SOURCES = Cargo.lock Cargo.toml packaging/linked.py packaging/third_party.py scripts/build-release \
	$(shell find packaging/documents -type f)
SERVER_SOURCES = $(PROGRAM_SOURCES) server/Cargo.toml server/openapi.json $(shell find server/src -type f)
CLI_SOURCES = $(PROGRAM_SOURCES) cli/Cargo.toml $(shell find build cli/src src -type f)

target/server/verigator-server: $(SERVER_SOURCES)
	@scripts/need cc $(CARGO) python3
	CARGO="$(CARGO)" scripts/build-release server

target/cli/verigator: $(CLI_SOURCES)
	@scripts/need cc $(CARGO) python3
	CARGO="$(CARGO)" scripts/build-release cli

BENCH = ../target/bench/venv/bin/python -m runner

# The generated header, of which the Go module has a copy, has its own formatter.
C_SOURCES = $(filter-out %/verigator.h,$(shell git ls-files '*.c' '*.h' '*.cpp' '*.hpp'))
SHELL_SOURCES = $(shell git grep -lE "^(.!/usr/bin/env bash|. shellcheck shell=bash)")

test-rust:
	@scripts/need cargo cc g++ clang clang++ nm cJSON nlohmann-json libuv libevent valgrind \
		python3 readelf abidw cmake pkg-config mandoc curl postgres pgbouncer
	$(CARGO) build --quiet --workspace
	$(CARGO) test --quiet --workspace

# A running server, and the conformance peer, against the description of the API.
test-openapi:
	server/tests/openapi/check

# What a browser makes of the server's pages.
test-page:
	server/tests/page/check

test-python:
	bindings/python/check

test-java:
	bindings/java/check

test-csharp:
	bindings/csharp/check

test-go:
	bindings/go/check

test-node:
	bindings/node/check

test-php:
	bindings/php/check

# That the bench works, not its numbers.
test-bench:
	bench/check

test-install: release
	scripts/test-install

# Links, and what the README and the quick starts say to type.
test-documents: release
	tests/documents/check

test-deployment: release
	scripts/test-deployment
	scripts/test-container

# Logins to sshd, sudo, su and login.
test-pam: release
	pam/check

# Which language passes which conformance case.
summary:
	$(CARGO) build --quiet --workspace
	target/debug/conformance-peer summary

lint-rust:
	@scripts/need cargo cc
	$(CARGO) fmt --all --check
	$(CARGO) clippy --quiet --workspace --all-targets -- -D warnings

# That all is documented which a header or a crate makes public; of other languages their check scripts say so.
lint-docs:
	scripts/docs/headers target/headers
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --quiet --no-deps --workspace

lint-c:
	@scripts/need clang-format
	clang-format --dry-run --Werror $(C_SOURCES)

lint-shell:
	@scripts/need shellcheck
	shellcheck $(SHELL_SOURCES)
	scripts/test-scripts
