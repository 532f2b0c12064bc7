# Finds a JDK of version 25 or newer and sets JAVA_HOME; exits 69 with one sentence when there is none.

java_version() {
  [ -x "$1/bin/javac" ] && [ -x "$1/bin/java" ] || return 1
  # The release file answers at once; a JDK without one is asked itself.
  if [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
  else
    "$1/bin/java" -XshowSettings:properties -version 2>&1 |
      sed -n 's/^ *java\.specification\.version = \([0-9]*\).*/\1/p'
  fi
}

try_jdk() {
  [ -n "$1" ] || return 1
  found_version=$(java_version "$1") || return 1
  [ -n "$found_version" ] && [ "$found_version" -ge 25 ] || return 1
  JAVA_HOME=$1
  export JAVA_HOME
}

find_jdk() {
  try_jdk "${PSYNE_JAVA_HOME-}" && return
  try_jdk "${JAVA_HOME-}" && return
  for candidate in /usr/lib/jvm/*25* /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    try_jdk "$candidate" && return
  done
  if [ -x /usr/libexec/java_home ]; then
    try_jdk "$(/usr/libexec/java_home -v 25+ 2>/dev/null || true)" && return
  fi
  echo "psyne: no JDK of version 25 or newer was found; install one or set PSYNE_JAVA_HOME to its folder." >&2
  exit 69
}
