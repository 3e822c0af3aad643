package dev.harrier.admin.query;

import static java.util.Objects.requireNonNull;

import flyteidl.admin.Common.Sort;
import java.util.Optional;

/**
 * What every list call carries, as it was sent; {@link ListQuery#of} checks it.
 *
 * @param rpc the call, for refusals and so that no token of another call is taken
 * @param limit rows of a page; 0 is refused unless the list says otherwise, and more than {@link
 *     #PAGE_MAX} is as much as that
 * @param token empty for the first page
 * @param filters empty for none
 */
public record ListRequest(
    String rpc, long limit, String token, String filters, Optional<Sort> sort) {
  /** Rows of a page, at most; the console asks for so many. */
  public static final int PAGE_MAX = 10_000;

  public ListRequest {
    requireNonNull(rpc, "rpc");
    requireNonNull(token, "token");
    requireNonNull(filters, "filters");
    requireNonNull(sort, "sort");
  }

  /**
   * From a request's fields.
   *
   * @param limit an unsigned number, as the protocol has it
   * @param hasSort whether {@code sort} was sent
   */
  public static ListRequest of(
      String rpc, int limit, String token, String filters, boolean hasSort, Sort sort) {
    return new ListRequest(
        rpc,
        Integer.toUnsignedLong(limit),
        token,
        filters,
        hasSort ? Optional.of(sort) : Optional.empty());
  }

  /** The same, where a limit of 0 means as many as a page can have. */
  public ListRequest limitOptional() {
    return limit == 0 ? new ListRequest(rpc, PAGE_MAX, token, filters, sort) : this;
  }
}
