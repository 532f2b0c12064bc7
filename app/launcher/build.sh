# Builds a module when a source is newer than its last build, and starts what was built.

is_current() {
  [ -f "$1/built" ] || return 1
  newer=$(cd "$PSYNE_HOME" && find pom.xml .mvn core transport service model app bench \
    \( -name target -o -name train -o -name test -o -name node_modules \) -prune -o \
    -type f \( -path '*/src/main/*' -o -name pom.xml -o -path '.mvn/*' \) -newer "$1/built" -print | head -n 1)
  [ -z "$newer" ]
}

build() {
  target=$PSYNE_HOME/$1/target/psyne
  is_current "$target" && return
  if [ -t 2 ]; then printf 'psyne: building (the first time takes a minute or two) …' >&2; fi
  rm -rf "$target"
  log=$(mktemp)
  if ! (cd "$PSYNE_HOME" && sh ./mvnw -q -B -Dlenient -Dmaven.test.skip=true -pl "$1" -am package) >"$log" 2>&1; then
    if [ -t 2 ]; then printf '\n' >&2; fi
    cat "$log" >&2
    rm -f "$log"
    echo "psyne: the build failed; the lines above say where." >&2
    exit 1
  fi
  rm -f "$log"
  touch "$target/built"
  if [ -t 2 ]; then printf ' done\n' >&2; fi
}

# The vector module is still incubating and the JVM says so as the first line of every start: the reader of
# the pipe drops exactly that line and hands the rest on untouched. The JVM keeps this shell's process id.
# What the classes of a command look like once loaded is archived when it first ends: the next start is twice as fast.
run_java() {
  built=$1
  main=$2
  command=${3-}
  shift 2
  memory_profile "$@"
  # A bench needs room for the peers' memory too.
  [ "$main" != dev.psyne.bench.Bench ] || profile=bench
  # Each thread would have a heap of its own of what the JVM itself allocates.
  [ "$profile" != small ] || export MALLOC_ARENA_MAX=1
  set -- -Dpsyne.home="$PSYNE_HOME" -cp "$built/lib/*" "$main" "$@"
  heap_options
  # The later of two values counts, the owner's last.
  # shellcheck disable=SC2086 # flags without blanks, or none
  set -- @"$PSYNE_HOME/app/launcher/$profile.options" $heap_flags "$@"
  case "$command" in
  serve | ask | doctor) set -- "-Xlog:cds*=off,aot*=off" -XX:+AutoCreateSharedArchive "-XX:SharedArchiveFile=$built/$command.jsa" "$@" ;;
  esac
  if [ -t 2 ]; then PSYNE_STDERR=terminal; else PSYNE_STDERR=file; fi
  export PSYNE_STDERR
  pipe_folder=$(mktemp -d)
  mkfifo "$pipe_folder/stderr"
  {
    exec <"$pipe_folder/stderr"
    rm -rf "$pipe_folder"
    if IFS= read -r line; then
      [ "$line" = 'WARNING: Using incubator modules: jdk.incubator.vector' ] || printf '%s\n' "$line"
    fi
    exec cat
  } >&2 &
  exec "$JAVA_HOME/bin/java" @"$PSYNE_HOME/app/launcher/jvm.options" "$@" 2>"$pipe_folder/stderr"
}
