package dev.harrier.admin.query;

import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Where a page begins.
 *
 * <p>Our own tokens hold the sort key and tie-break of the row before, and a digest of call,
 * filters and order, so that a token is good for its own list only. {@link BoundPageTokens} binds
 * them to their caller besides; even a forged one would show nothing that another filter would not,
 * since what it holds are values in a query that was already allowed.
 */
sealed interface PageToken {
  /** The first page. */
  record Start() implements PageToken {}

  /** So many rows are left out, as flytectl asks. */
  record Offset(long rows) implements PageToken {}

  /** After a row with that sort key (none for a null) and tie-break. */
  record After(Optional<String> sortKey, String tie) implements PageToken {}

  /** An offset is work in proportion to it: at most so many rows are left out. */
  int OFFSET_MAX = 100_000;

  /** The longest token that is looked into, in characters. */
  int CHARACTERS_MAX = 32_768;

  /** Tells our tokens from offsets. */
  String MARK = "k.";

  int DIGEST_BYTES = 8;

  /**
   * Reads a token.
   *
   * @throws RejectedException if it is none, or one of another list
   */
  static PageToken parse(ListRequest request, Order order) {
    var token = request.token();
    if (token.isEmpty()) {
      return new Start();
    }
    if (token.startsWith(MARK)) {
      return after(request, order);
    }
    if (token.length() > 18 || !token.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw invalid(request);
    }
    var rows = Long.parseLong(token);
    if (rows > OFFSET_MAX) {
      throw Rejection.invalid(
          "invalid pagination token %s for %s: an offset leaves out at most %d rows; go on with the token of the page before",
          token, request.rpc(), OFFSET_MAX);
    }
    return new Offset(rows);
  }

  /** The token for what comes after a row. */
  static String write(ListRequest request, Order order, Optional<String> sortKey, String tie) {
    var key = sortKey.orElse("").getBytes(StandardCharsets.UTF_8);
    var last = tie.getBytes(StandardCharsets.UTF_8);
    var bytes =
        ByteBuffer.allocate(DIGEST_BYTES + Integer.BYTES + key.length + last.length)
            .put(digest(request, order))
            .putInt(sortKey.isPresent() ? key.length : -1)
            .put(key)
            .put(last);
    return MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  private static PageToken after(ListRequest request, Order order) {
    if (request.token().length() > CHARACTERS_MAX) {
      throw invalid(request);
    }
    try {
      var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(request.token().substring(2)));
      var digest = new byte[DIGEST_BYTES];
      bytes.get(digest);
      var length = bytes.getInt();
      if (!Arrays.equals(digest, digest(request, order)) || length > bytes.remaining()) {
        throw invalid(request);
      }
      return new After(
          length < 0 ? Optional.empty() : Optional.of(text(bytes, length)),
          text(bytes, bytes.remaining()));
    } catch (IllegalArgumentException | BufferUnderflowException garbage) {
      throw invalid(request);
    }
  }

  private static String text(ByteBuffer bytes, int length) {
    var part = new byte[length];
    bytes.get(part);
    return new String(part, StandardCharsets.UTF_8);
  }

  private static byte[] digest(ListRequest request, Order order) {
    try {
      var whole = MessageDigest.getInstance("SHA-256");
      for (var part :
          new String[] {
            request.rpc(), request.filters(), order.column().name(), order.direction()
          }) {
        whole.update(part.getBytes(StandardCharsets.UTF_8));
        whole.update((byte) 0);
      }
      return Arrays.copyOf(whole.digest(), DIGEST_BYTES);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }

  /** The refusal of a token. */
  static RejectedException invalid(ListRequest request) {
    return Rejection.invalid(
        "invalid pagination token %s for %s", Echo.of(request.token()), request.rpc());
  }
}
