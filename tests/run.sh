#!/usr/bin/env bash
# Builds the solution and runs its tests. The last line says how many passed and failed.
#
#   tests/run.sh                     all tests
#   tests/run.sh --category Golden   only tests with the trait Category=Golden
#   tests/run.sh --no-build          what was built before, in Release
#
# With CI=true nothing that can be installed may be missing.
set -euo pipefail

usage() {
  sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

category=""
build=yes
while (($# > 0)); do
  case "$1" in
    --category)
      [[ $# -ge 2 ]] || { usage >&2; exit 2; }
      category="$2"
      shift
      ;;
    --no-build) build=no ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"
results="$(mktemp -d)"
trap 'rm -rf -- "$results"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
total_passed=0
total_failed=0
total_skipped=0

finish() {
  local line="$total_passed passed, $total_failed failed"
  if ((total_skipped > 0)); then line+=", $total_skipped skipped"; fi
  echo "$line"
  ((total_failed == 0 && total_passed > 0))
}

# Installs packages where that is possible; tests that need what is missing say so.
install() {
  if [[ "$(id -u)" != 0 ]] || ! command -v apt-get > /dev/null; then return; fi
  echo "Installing $*."
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } > "$results/apt.log" 2>&1; then
    tail -n 20 -- "$results/apt.log"
    echo "$* could not be installed; the tests that need it say so."
  fi
}

# What the smoke test of ahead-of-time compilation needs: a linker and the headers of zlib.
install_toolchain() {
  if ! { command -v clang || command -v gcc; } > /dev/null || [[ ! -f /usr/include/zlib.h ]]; then install clang zlib1g-dev; fi
}

# The programs of the servers on which storages are tested; the tests start servers of their own.
install_servers() {
  if ! command -v postgres > /dev/null && ! compgen -G '/usr/lib/postgresql/*/bin/postgres' > /dev/null; then install postgresql postgresql-client; fi
  if ! command -v redis-server > /dev/null; then install redis-server; fi
}

# Optuna itself, which works on what the library made.
install_optuna() {
  if [[ -z "${HYPERTUNE_PYTHON:-}" ]] && ! /usr/bin/python3 -c 'import optuna, psycopg2, redis' 2> /dev/null; then
    install python3-optuna python3-psycopg2 python3-redis
  fi
}

# The value of an attribute of the report's <assembly> element.
count_of() {
  { grep -o '<assembly [^>]*>' -- "$1" || true; } | sed -n "s/.* $2=\"\([0-9]*\)\".*/\1/p" | awk '{ sum += $1 } END { print sum + 0 }'
}

print_skipped() {
  { grep -o '<test [^>]*result="Skip"[^>]*>' -- "$1" || true; } \
    | sed -e 's/.* name="\([^"]*\)".*/  skipped: \1/' -e 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g'
}

run_project() {
  local name="$1" program="$2"
  local report="$results/$name.xml" log="$results/$name.log" code=0 passed=0 failed=0 skipped=0
  local -a filter=()
  if [[ -n "$category" ]]; then filter=(-trait "Category=$category"); fi
  dotnet "$program" -noLogo -noColor -reporter quiet -result-xml "$report" ${filter[@]+"${filter[@]}"} > "$log" 2>&1 || code=$?
  if [[ -f "$report" ]]; then
    passed="$(count_of "$report" passed)"
    failed="$(($(count_of "$report" failed) + $(count_of "$report" errors)))"
    skipped="$(count_of "$report" skipped)"
  fi
  # A program that ends badly without a failed test has crashed, or could not start.
  if ((code != 0 && failed == 0)); then failed=1; fi
  if ((failed > 0)); then cat -- "$log"; fi
  echo "$name: $passed passed, $failed failed, $skipped skipped"
  if [[ -f "$report" ]]; then print_skipped "$report"; fi
  total_passed=$((total_passed + passed))
  total_failed=$((total_failed + failed))
  total_skipped=$((total_skipped + skipped))
}

if ! command -v dotnet > /dev/null; then
  echo "The .NET SDK named in global.json is needed. See https://dotnet.microsoft.com/download." >&2
  total_failed=1
  finish
fi
if [[ -z "$category" ]]; then install_toolchain; fi
install_servers
install_optuna
if [[ "$build" == yes ]] && ! dotnet build "$root/HyperTune.sln" --configuration Release --nologo --verbosity quiet; then
  echo "The build failed."
  total_failed=1
  finish
fi

for project in "$root"/tests/*/*Tests.csproj; do
  name="$(basename -- "$project" .csproj)"
  program="$(dirname -- "$project")/bin/Release/net10.0/$name.dll"
  if [[ ! -f "$program" ]]; then
    echo "$name was not built."
    total_failed=$((total_failed + 1))
    continue
  fi
  run_project "$name" "$program"
done
if ((total_passed + total_failed == 0)); then echo "No test ran."; fi
finish
