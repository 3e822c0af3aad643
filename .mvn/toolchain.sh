# Finds what Harrier is built and run with; sourced by ./harrier and ./build. Each function says what is missing, and
# the command that brings it.

missing() {
  echo "harrier: $1" >&2
  exit 1
}

# Sets JAVA_HOME to a JDK 25.
find_jdk() {
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/25* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -x "$candidate/bin/javac" ] && grep -q '^JAVA_VERSION="25' "$candidate/release" 2>/dev/null; then
      JAVA_HOME=$candidate
      export JAVA_HOME
      return
    fi
  done
  missing "JDK 25 is missing. On Debian and Ubuntu with Adoptium's packages: apt-get install temurin-25-jdk; with SDKMAN: sdk install java 25-tem. One at another place: export JAVA_HOME=..."
}

find_maven() {
  command -v mvn >/dev/null || missing "Maven 3.8 or newer is missing: apt-get install maven"
}

find_node() {
  command -v npm >/dev/null || missing "npm is missing (Node.js 20 or newer; Flyte's protocol comes as an npm package): apt-get install nodejs npm"
}

# Sets PYTHON to a Python 3.11 or newer.
find_python() {
  for candidate in "${HARRIER_PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      PYTHON=$candidate
      return
    fi
  done
  missing "Python 3.11 or newer is missing: apt-get install python3 python3-venv"
}

# The environment that tests and the demo run tasks in; the same that a first start makes.
python_for_tests() {
  find_python
  python_files=server/src/main/resources/dev/harrier/server/python
  HARRIER_TEST_PYTHON=$("$PYTHON" $python_files/make_environment.py $python_files/requirements.txt \
    "${XDG_CACHE_HOME:-$HOME/.cache}/harrier" | tail -n 1)
  export HARRIER_TEST_PYTHON
}
