package dev.harrier.admin.execution;

import dev.harrier.security.Permission;
import dev.harrier.spi.Rejection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Environment variables by which whoever starts an execution would do more than start it. What a
 * task sets for itself was registered with it, and is not looked at here.
 */
final class GuardedVariables {
  /** What the runtime alone sets, or loads code into every program. */
  private static final List<String> NOBODYS = List.of("LD_", "FLYTE_INTERNAL_");

  /** Variables that only say how the interpreter writes or counts. */
  private static final Set<String> HARMLESS =
      Set.of(
          "PYTHONUNBUFFERED",
          "PYTHONDONTWRITEBYTECODE",
          "PYTHONHASHSEED",
          "PYTHONOPTIMIZE",
          "PYTHONFAULTHANDLER",
          "PYTHONIOENCODING",
          "PYTHONUTF8",
          "FLYTE_SDK_LOGGING_LEVEL");

  /** Those that say with whose credentials a cloud is reached. */
  private static final Pattern CREDENTIALS =
      Pattern.compile("(AWS|GOOGLE|GCLOUD|CLOUDSDK|AZURE|KUBERNETES|DOCKER)_.*|KUBECONFIG");

  /** Those that choose what code is run, or where the attempt's own token is sent. */
  private static final Pattern CODE =
      Pattern.compile(
          "PYTHON.*|BROWSER|PATH|HOME|SHELL|EDITOR|PAGER|ENV|BASH_.*|IFS|GIT_.*|NODE_.*|PERL.*|RUBY.*|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS"
              + "|MALLOC_.*|GLIBC_.*|GCONV_.*|OPENSSL_.*|SSL_.*|SSLKEYLOGFILE|REQUESTS_CA_BUNDLE|CURL_.*|.*_PROXY|PIP_.*|UV_.*"
              + "|FLYTECTL_CONFIG|FLYTE_.*|_FSEC_.*");

  private GuardedVariables() {}

  /**
   * What setting a variable needs: to assume another identity, or to register code that could set
   * it as well; empty for all others.
   *
   * @throws dev.harrier.spi.RejectedException INVALID_ARGUMENT for one that nobody may set
   */
  static Optional<Permission> needs(String name) {
    for (var prefix : NOBODYS) {
      if (name.startsWith(prefix)) {
        throw Rejection.invalid(
            "invalid value for envs: expected variables that the runtime leaves to executions, found one that begins with '%s'",
            prefix);
      }
    }
    // Some programs read lower-case spellings, too: http_proxy.
    var upper = name.toUpperCase(Locale.ROOT);
    if (CREDENTIALS.matcher(upper).matches()) {
      return Optional.of(Permission.EXECUTION_ASSUME_IDENTITY);
    }
    return !HARMLESS.contains(name) && CODE.matcher(upper).matches()
        ? Optional.of(Permission.INVENTORY_REGISTER)
        : Optional.empty();
  }
}
