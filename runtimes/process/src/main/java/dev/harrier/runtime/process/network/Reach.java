package dev.harrier.runtime.process.network;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How far tasks reach by network. */
public sealed interface Reach {
  /** What the machine reaches. */
  Reach HOST = new Everything();

  /** Nothing but the attempt itself: not the machine, and so not the API either. */
  Reach NONE = new Listed(false, List.of());

  /** The word for each of these, and for the API in a list. */
  String HOST_WORD = "host";

  String NONE_WORD = "none";
  String API_WORD = "api";

  /** All that the machine reaches. */
  record Everything() implements Reach {
    @Override
    public String toString() {
      return HOST_WORD;
    }
  }

  /**
   * What is named, and nothing else.
   *
   * @param api whether that includes this server's API
   */
  record Listed(boolean api, List<Destination> destinations) implements Reach {
    public Listed {
      destinations = List.copyOf(destinations);
    }

    /** Whether there is something to reach, which takes a network with a way out. */
    boolean leadsOut() {
      return api || !destinations.isEmpty();
    }

    @Override
    public String toString() {
      var all =
          Stream.concat(
                  api ? Stream.of(API_WORD) : Stream.empty(),
                  destinations.stream().map(Destination::toString))
              .toList();
      return all.isEmpty() ? NONE_WORD : String.join(",", all);
    }
  }

  /**
   * Reads what an operator wrote.
   *
   * @param place whom it is for, for messages
   * @param words {@code host} or {@code none} alone, or some of {@code api} and destinations
   * @throws dev.harrier.spi.RejectedException INVALID_ARGUMENT on anything else
   */
  static Reach of(String place, List<String> words) {
    requireNonNull(words, "words");
    if (words.equals(List.of(HOST_WORD))) {
      return HOST;
    }
    if (words.equals(List.of(NONE_WORD))) {
      return NONE;
    }
    var api = false;
    var destinations = new ArrayList<Destination>();
    for (var word : words) {
      if (word.equals(HOST_WORD) || word.equals(NONE_WORD)) {
        throw Rejection.invalid(
            "tasks.egress of %s: '%s' stands alone, found it among %s", place, word, words);
      }
      if (word.equals(API_WORD)) {
        api = true;
      } else {
        destinations.add(Destination.parse(place, word));
      }
    }
    if (!api && destinations.isEmpty()) {
      throw Rejection.invalid(
          "tasks.egress of %s: expected host, none, or what its tasks reach; found an empty list",
          place);
    }
    return new Listed(api, destinations);
  }
}
