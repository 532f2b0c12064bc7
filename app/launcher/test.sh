# The one test command. The Java suites need nothing but the JDK; the suites that drive the node from outside
# run where node, Chromium or Python's packages openai, mcp and numpy are found and are named when they are left out.

left_out=''
failed=''

leave_out() {
  left_out="$left_out
  $1: $2"
}

# run_suite NAME COMMAND...
run_suite() {
  suite=$1
  shift
  echo "== $suite"
  "$@" || failed="$failed $suite"
}

java_suites() {
  (cd "$PSYNE_HOME" && sh ./mvnw -B -ntp -Pcoverage verify)
}

find_chromium() {
  for chromium in "${CHROMIUM-}" chromium chromium-browser google-chrome; do
    [ -n "$chromium" ] && command -v "$chromium" >/dev/null 2>&1 && CHROMIUM=$(command -v "$chromium") && return
  done
  return 1
}

# A Python that has a package: the one named by PSYNE_PYTHON, else the first on the path.
find_python() {
  for python in "${PSYNE_PYTHON-}" python3; do
    [ -n "$python" ] && "$python" -c "import $1" >/dev/null 2>&1 && found_python=$python && return
  done
  return 1
}

start_node() {
  node_output=$(mktemp)
  # What the suites teach it is not for the models of this machine.
  node_data=$(mktemp -d)
  # Beside the embedded model a tiny one with random weights that talks.
  PSYNE_DATA=$node_data "$PSYNE_HOME/psyne" serve --port 0 --rpc tcp://127.0.0.1:0 --model scenes-2 \
    --model "$PSYNE_HOME/model/vlm/src/test/resources/dev/psyne/vlm/checkpoints/smolvlm2" >"$node_output" &
  node_process=$!
  trap 'kill "$node_process" 2>/dev/null; rm -rf "$node_output" "$node_data"' EXIT
  while ! grep -q '^tcp' "$node_output"; do
    kill -0 "$node_process" 2>/dev/null || { echo "psyne: the node did not start" >&2; return 1; }
    sleep 0.1
  done
  PSYNE_URL=$(head -n 1 "$node_output")
  PSYNE_SERVER=$(sed -n 2p "$node_output")
  export PSYNE_URL PSYNE_SERVER
}

web_suites() {
  web=$PSYNE_HOME/app/node/src/test/web
  if ! command -v node >/dev/null 2>&1; then
    leave_out 'page modules, openai and hypha-rpc (npm), credit, page' 'node was not found'
    return
  fi
  run_suite 'page modules' node --test "$web"/unit/*.test.mjs
  if [ ! -d "$web/node_modules" ]; then
    leave_out 'openai and hypha-rpc (npm), credit, page' "their packages are missing: run 'npm ci' in app/node/src/test/web"
    return
  fi
  run_suite 'openai and hypha-rpc (npm), credit' node --test "$web"/node/*.test.mjs
  if find_chromium; then
    export CHROMIUM
    run_suite 'page' node --test "$web"/page/*.test.mjs
  else
    leave_out 'page' 'Chromium was not found'
  fi
}

# The client for JavaScript; its services over both carriers of the node.
javascript_suites() {
  client=$PSYNE_HOME/clients/javascript
  if ! command -v node >/dev/null 2>&1; then
    leave_out 'psyne (npm)' 'node was not found'
    return
  fi
  run_suite 'psyne (npm)' node --test "$client"/tests/*.test.js
  # A node before 22 has its WebSocket behind the flag.
  run_suite 'psyne (npm), WebSocket' env PSYNE_SERVER="$PSYNE_URL/psyne" node --experimental-websocket --test "$client/tests/services.test.js"
  if [ -d "$client/node_modules" ]; then
    run_suite 'psyne (npm), types' node --test "$client"/tests/types/*.test.js
  else
    leave_out 'psyne (npm), types' "its package is missing: run 'npm ci' in clients/javascript"
  fi
  if find_python numpy; then
    run_suite 'psyne (npm and Python)' env PSYNE_PYTHON="$found_python" node --test "$client"/tests/python/*.test.js
  else
    leave_out 'psyne (npm and Python)' 'no Python with the package numpy was found'
  fi
}

# python_suite NAME PACKAGE FILE
python_suite() {
  if find_python "$2"; then
    run_suite "$1" "$found_python" "$PSYNE_HOME/app/node/src/test/python/$3"
  else
    leave_out "$1" "no Python with the package $2 was found"
  fi
}

python_suites() {
  set -- "$PSYNE_HOME"/app/node/src/main/resources/dev/psyne/node/page/scenes/*.[pw]*
  export PSYNE_IMAGE="$1"
  if find_python numpy; then
    run_suite 'psyne (Python)' env PYTHONPATH="$PSYNE_HOME/clients/python/src" "$found_python" -m unittest discover \
      -s "$PSYNE_HOME/clients/python/tests"
  else
    leave_out 'psyne (Python)' 'no Python with the package numpy was found'
  fi
  python_suite 'openai (Python)' openai test_openai_client.py
  python_suite 'Model Context Protocol (Python)' mcp test_mcp_client.py
}

run_tests() {
  all=no
  case "${1-}" in
  '') ;;
  --all) all=yes ;;
  *)
    echo "psyne: test takes only --all (fail when a suite is left out), not '$1'." >&2
    exit 2
    ;;
  esac
  run_suite 'java' java_suites
  if start_node; then
    web_suites
    javascript_suites
    python_suites
  else
    failed="$failed node"
  fi
  [ -z "$left_out" ] || printf 'Left out:%s\n' "$left_out"
  if [ -n "$failed" ]; then
    echo "Failed:$failed"
    exit 1
  fi
  if [ "$all" = yes ] && [ -n "$left_out" ]; then exit 1; fi
  echo 'All suites that ran passed.'
}
