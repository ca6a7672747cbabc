#!/bin/sh
# Installs what is missing, builds, and runs every test. A second run without changes installs and builds nothing.
# Reads packaging/build-deps and the presets; writes build/test-report.xml; exits 0 only when every test passed.
set -eu
cd "$(dirname "$0")/.."

usage() {
    cat <<'TEXT'
Usage: sh tests/run.sh [--quick] [--no-install] [--jobs N] [--only REGEX]

  --quick        unit, scenario, cli and architecture tests of the dev build only
  --no-install   take the machine as it is
  --jobs N       compilers and tests at a time (default: the number of cores)
  --only REGEX   only the tests whose name matches

Stages: dev (ASan, UBSan, warnings are errors; format, and clang-tidy on what changed, for some minutes at most),
release (packaging/quickstart.sh --demo), tsan (tests labelled races), fuzz (each target for a bounded time).
The last line is "N passed, N failed"; the report of all stages is build/test-report.xml.

Example: sh tests/run.sh --quick --only 'Topic|Session'
TEXT
}

started=$(date +%s)
step() {
    printf '[%4d s] %s\n' "$(($(date +%s) - started))" "$*"
}

fail() {
    printf 'tests/run.sh: error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
    exit 1
}

quick=no install=yes only=
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
while [ $# -gt 0 ]; do
    case $1 in
    --quick) quick=yes ;;
    --no-install) install=no ;;
    --jobs | --only)
        [ $# -gt 1 ] || fail "$1 needs a value"
        if [ "$1" = --only ]; then only=$2; else jobs=$2; fi
        shift
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    *) fail "unknown option \"$1\"" "sh tests/run.sh --help" ;;
    esac
    shift
done
case $jobs in
'' | 0* | *[!0-9]*) fail "--jobs must be a number from 1 (got \"$jobs\")" ;;
esac

# Old sanitizers and kernels that randomise addresses widely do not go together: run the tests with fixed addresses.
fixed_addresses=
if command -v setarch >/dev/null 2>&1 && setarch "$(uname -m)" -R true 2>/dev/null; then
    fixed_addresses="setarch $(uname -m) -R"
fi

export CTEST_OUTPUT_ON_FAILURE=1
reports=
failed_stages=
built=yes

# build PRESET [TARGET]: configures, and builds what changed.
build() {
    step "$1: configure"
    cmake --preset "$1" >"build/configure-$1.log" 2>&1 || {
        cat "build/configure-$1.log"
        return 1
    }
    step "$1: build"
    NINJA_STATUS='[%f/%t %es] ' cmake --build "build/$1" --parallel "$jobs" ${2:+--target "$2"}
}

# has_tests PRESET LABEL: are there tests with this label in a configured build?
has_tests() {
    ctest --test-dir "build/$1" -N -L "$2" | grep -q '^Total Tests: [1-9]'
}

# begin_stage NAME: a stage that leaves no report counts as failed.
begin_stage() {
    report=build/test-report-$1.xml
    rm -f "$report"
    reports="$reports $report"
}

# stage PRESET TARGET [CTEST OPTION...]
stage() {
    preset=$1 target=$2
    shift 2
    begin_stage "$preset"
    if ! build "$preset" "$target"; then
        printf 'tests/run.sh: error: the %s build failed\n' "$preset" >&2
        failed_stages="$failed_stages $preset"
        built=no
        return 0
    fi
    step "$preset: test"
    # shellcheck disable=SC2086 # a command and its words, or nothing
    $fixed_addresses ctest --test-dir "build/$preset" --parallel "$jobs" --timeout 300 --no-tests=error \
        --output-junit "$PWD/$report" ${only:+-R "$only"} "$@" || failed_stages="$failed_stages $preset"
}

# What a newcomer does, with the release build; one test.
release_stage() {
    begin_stage release
    step "release: quickstart --demo"
    status=run
    NINJA_STATUS='[%f/%t %es] ' sh packaging/quickstart.sh --demo || {
        status=fail
        failed_stages="$failed_stages release"
    }
    printf '<testsuite tests="1"><testcase name="quickstart --demo" status="%s"/></testsuite>\n' "$status" >"$report"
}

mkdir -p build
if [ "$install" = yes ]; then
    step "packages"
    sh packaging/install-deps.sh build test
fi

if [ "$quick" = yes ]; then
    stage dev '' -L '^(unit|scenario|cli|architecture)$'
else
    stage dev ''
fi
# What does not build would not build in the other stages either.
if [ "$quick" = no ] && [ -z "$only" ] && [ "$built" = yes ]; then
    release_stage
    if has_tests dev '^races$'; then
        stage tsan races -L '^races$'
    fi
    if grep -q '^[^#]' tests/fuzz/CMakeLists.txt 2>/dev/null; then
        stage fuzz fuzzers -L '^fuzz$'
    fi
fi

step "done; stages with failures:${failed_stages:- none}"
# shellcheck disable=SC2086 # one word for each report
python3 -B tests/report.py build/test-report.xml $reports || exit 1
[ -z "$failed_stages" ] || exit 1
