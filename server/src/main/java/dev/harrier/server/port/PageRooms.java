package dev.harrier.server.port;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.server.rpc.CallerRate;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How many requests for pages there may be at once, and what one may weigh: those that anybody may
 * send have a room of their own, and one address a share of it for requests that have not arrived
 * as a whole. So slow senders keep neither memory nor the logins of others.
 */
final class PageRooms {
  /** Of the calls that the server serves at once, for each of the two rooms. */
  private static final int SHARE = 8;

  /** Of the room of anybody, for what one address has begun and not ended to send. */
  private static final int ADDRESS_SHARE = 4;

  /** Credentials, an assertion and a few names fit many times. */
  static final long BODY_BYTES_MAX = 64 * 1024;

  /** A form is a packet or two: who takes longer holds a place for nothing. */
  private static final Duration ARRIVAL_MAX = Duration.ofSeconds(10);

  private final Room anybodys;
  private final Room knowns;
  private final int arrivingMax;
  private final ConcurrentHashMap<String, Integer> arriving = new ConcurrentHashMap<>();

  /**
   * @param callsMax that the server serves at once
   */
  PageRooms(int callsMax) {
    var places = Math.max(1, callsMax / SHARE);
    this.anybodys = new Room(places, new Semaphore(places));
    this.knowns = new Room(places, new Semaphore(places));
    this.arrivingMax = Math.max(1, places / ADDRESS_SHARE);
  }

  private record Room(int places, Semaphore free) {}

  /**
   * Takes a place for a request, of which no more than a form's bytes are read.
   *
   * @param known whether the page's service lets none but known callers in
   * @return gives the place back
   * @throws RejectedException RESOURCE_EXHAUSTED if there is none
   */
  Runnable enter(ServiceRequestContext context, HttpRequest request, boolean known) {
    var room = known ? knowns : anybodys;
    if (!room.free.tryAcquire()) {
      throw Rejection.exhausted(
          "Harrier serves %s requests for pages at once and has no room for another now. Ask again soon.",
          room.places);
    }
    try {
      if (!known) {
        watch(context, request);
      }
    } catch (RuntimeException | Error e) {
      room.free.release();
      throw e;
    }
    // A page that lets none but known callers in reads no body before, and says itself what it
    // takes.
    context.setMaxRequestLength(known ? bound(context) : Math.min(BODY_BYTES_MAX, bound(context)));
    return room.free::release;
  }

  // None is said as 0.
  private static long bound(ServiceRequestContext context) {
    return context.maxRequestLength() > 0 ? context.maxRequestLength() : BODY_BYTES_MAX;
  }

  private void watch(ServiceRequestContext context, HttpRequest request) {
    var address = CallerRate.address(context);
    if (arriving.merge(address, 1, Integer::sum) > arrivingMax) {
      left(address);
      throw Rejection.exhausted(
          "Expected at most %s requests on their way from one address, found more. Ask again soon.",
          arrivingMax);
    }
    var late =
        context
            .eventLoop()
            .schedule(
                () -> request.abort(HttpStatusException.of(HttpStatus.REQUEST_TIMEOUT)),
                ARRIVAL_MAX.toMillis(),
                TimeUnit.MILLISECONDS);
    var unused =
        request
            .whenComplete()
            .handle(
                (all, failure) -> {
                  left(address);
                  return late.cancel(false);
                });
  }

  private void left(String address) {
    arriving.computeIfPresent(address, (one, count) -> count > 1 ? count - 1 : null);
  }
}
