package dev.harrier.audit;

/**
 * How a thing ended. Sentences are not kept: they may repeat what the caller sent.
 *
 * @param status as OCSF numbers it: 0 unknown, 1 success, 2 failure
 * @param severity as OCSF numbers it: 1 informational to 4 high
 * @param code of gRPC for an RPC, of HTTP for a page; 0 is a success of either
 */
public record Outcome(int status, int severity, int code) {
  /** Not known yet. */
  public static final Outcome PENDING = new Outcome(0, 1, 0);

  /** It was done. */
  public static final Outcome OK = new Outcome(1, 1, 0);

  /** It was refused or went wrong. */
  public static final Outcome FAILED = new Outcome(2, 3, 0);

  /** Somebody must look. */
  public static final Outcome ALARM = new Outcome(2, 4, 0);

  private static final int UNAUTHENTICATED = 16;
  private static final int PERMISSION_DENIED = 7;

  /** Of an RPC. */
  public static Outcome ofRpc(int code) {
    return switch (code) {
      case 0 -> OK;
      case PERMISSION_DENIED, UNAUTHENTICATED -> new Outcome(2, 3, code);
      default -> new Outcome(2, 2, code);
    };
  }

  /** Whether an RPC's caller was not let in. */
  public boolean refused() {
    return code == PERMISSION_DENIED || code == UNAUTHENTICATED;
  }

  /** Of a page. */
  public static Outcome ofPage(int status) {
    if (status < 400) {
      return new Outcome(1, 1, status);
    }
    return new Outcome(2, status == 401 || status == 403 ? 3 : 2, status);
  }
}
