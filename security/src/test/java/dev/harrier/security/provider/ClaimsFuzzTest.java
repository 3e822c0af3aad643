package dev.harrier.security.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** Whatever a provider signs: each claim is read as what it must be, or refused. */
@Tag("fuzz")
final class ClaimsFuzzTest {
  private static final List<String> NAMES =
      List.of("sub", "exp", "aud", "scope", "acr", "amr", "groups", "realm_access", "roles");

  private static final List<String> PATHS = List.of("groups", "realm_access.roles", "a..b", "");

  @FuzzTest(maxDuration = "1m")
  void claims_are_read_or_refused(FuzzedDataProvider data) {
    var claims = new Claims(map(data, 0));
    for (var one : NAMES) {
      readOrRefused(() -> claims.needed(one));
      readOrRefused(() -> claims.text(one));
      readOrRefused(() -> claims.time(one));
      readOrRefused(() -> claims.texts(one));
      readOrRefused(() -> claims.words(one));
      assertThat(claims.shown(one)).hasSizeLessThanOrEqualTo(255);
    }
    readOrRefused(claims::strength);
    readOrRefused(
        () ->
            assertThat(claims.groups(PATHS, "idp-"))
                .hasSizeLessThanOrEqualTo(500)
                .allMatch(group -> group.startsWith("idp-"))
                .noneMatch(group -> group.chars().anyMatch(Character::isISOControl)));
  }

  private static void readOrRefused(Runnable reading) {
    try {
      reading.run();
    } catch (RejectedException e) {
      assertThat(e.rejection().code()).isEqualTo(Rejection.Code.UNAUTHENTICATED);
    }
  }

  /** What JSON can hold, as the parser of tokens gives it. */
  private static Object value(FuzzedDataProvider data, int depth) {
    return switch (data.consumeInt(0, depth < 3 ? 5 : 3)) {
      case 0 -> data.consumeBoolean();
      case 1 -> data.consumeLong();
      case 2 -> data.consumeDouble();
      case 3 -> data.consumeString(300);
      case 4 -> {
        var list = new ArrayList<>();
        for (var more = data.consumeInt(0, 5); more > 0; more--) {
          list.add(value(data, depth + 1));
        }
        yield list;
      }
      default -> map(data, depth + 1);
    };
  }

  private static Map<String, Object> map(FuzzedDataProvider data, int depth) {
    var map = new HashMap<String, Object>();
    for (var more = data.consumeInt(0, 6); more > 0; more--) {
      var name = data.consumeBoolean() ? data.pickValue(NAMES) : data.consumeString(10);
      map.put(name, value(data, depth));
    }
    return map;
  }
}
