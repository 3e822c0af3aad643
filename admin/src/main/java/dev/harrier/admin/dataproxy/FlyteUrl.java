package dev.harrier.admin.dataproxy;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.nodeexecution.FlyteUrls;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A name of data: {@code flyte://v1/<project>/<domain>/<execution>/<node>[/<attempt>]/<i|o|d>}, and
 * behind inputs and outputs the name of one of them.
 *
 * @param attempt empty for the node as a whole
 * @param literal name of one input or output; empty for all of them, and for a deck
 */
record FlyteUrl(NodeId node, Optional<Integer> attempt, Part part, Optional<String> literal) {
  private static final int CHARACTERS_MAX = 2048;
  private static final int SCOPE_PARTS = 4;
  private static final Pattern ATTEMPT = Pattern.compile("[0-9]{1,9}");

  /** Which data. */
  enum Part {
    INPUTS,
    OUTPUTS,
    DECK
  }

  FlyteUrl {
    requireNonNull(node, "node");
    requireNonNull(attempt, "attempt");
    requireNonNull(part, "part");
    requireNonNull(literal, "literal");
  }

  /**
   * Reads a name.
   *
   * @throws RejectedException INVALID_ARGUMENT if it is none
   */
  static FlyteUrl parse(String text) {
    if (!text.startsWith(FlyteUrls.PREFIX) || text.length() > CHARACTERS_MAX) {
      throw invalid(text);
    }
    var parts = List.of(text.substring(FlyteUrls.PREFIX.length()).split("/", -1));
    if (parts.size() <= SCOPE_PARTS || parts.stream().anyMatch(FlyteUrl::faulty)) {
      throw invalid(text);
    }
    var node = new NodeId(new ExecutionId(parts.get(0), parts.get(1), parts.get(2)), parts.get(3));
    var rest = parts.subList(SCOPE_PARTS, parts.size());
    var attempt = Optional.<Integer>empty();
    if (ATTEMPT.matcher(rest.getFirst()).matches()) {
      attempt = Optional.of(Integer.valueOf(rest.getFirst()));
      rest = rest.subList(1, rest.size());
    }
    if (rest.isEmpty() || rest.size() > 2) {
      throw invalid(text);
    }
    var part =
        switch (rest.getFirst()) {
          case "i" -> Part.INPUTS;
          case "o" -> Part.OUTPUTS;
          case "d" -> Part.DECK;
          default -> throw invalid(text);
        };
    if (part == Part.DECK && rest.size() == 2) {
      throw invalid(text);
    }
    return new FlyteUrl(
        node, attempt, part, rest.size() == 2 ? Optional.of(rest.get(1)) : Optional.empty());
  }

  private static boolean faulty(String part) {
    return part.isEmpty() || part.chars().anyMatch(c -> c < ' ' || c == 0x7f);
  }

  private static RejectedException invalid(String text) {
    return Rejection.invalid(
        "failed to parse [%s]: expected"
            + " flyte://v1/project/domain/execution/node[/attempt]/{i,o,d}[/name]",
        text.substring(0, Math.min(text.length(), CHARACTERS_MAX)));
  }
}
