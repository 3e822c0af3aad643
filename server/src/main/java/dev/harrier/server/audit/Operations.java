package dev.harrier.server.audit;

import dev.harrier.audit.Event;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What sort of thing an RPC or a page does. */
final class Operations {
  private static final List<String> READING = List.of("Get", "List", "Check", "Watch", "UserInfo");

  /** Names that say they read and do not, and those that read and do not say so. */
  private static final Set<String> CHANGING = Set.of("GetOrExtendReservation", "GetOrCreateSignal");

  private static final Set<String> ALSO_READING =
      Set.of("CreateDownloadLink", "CreateDownloadLocation", "Why", "WhoCan", "SimulatePolicy");

  private static final String ACCOUNTS = "POST /harrier/accounts/";

  /** Where people and programs prove who they are, and what changes who may. */
  private static final Map<String, Event> PAGES =
      Map.ofEntries(
          Map.entry("POST /login", Event.LOGIN),
          Map.entry("GET /callback", Event.LOGIN),
          Map.entry("POST /login/password", Event.PASSWORD_SET),
          Map.entry("POST /logout", Event.LOGOUT),
          Map.entry("POST /oauth2/token", Event.TOKEN_ISSUED),
          Map.entry("POST /oauth2/revoke", Event.TOKEN_REVOKED),
          Map.entry("POST /oauth2/device", Event.DEVICE_ALLOWED),
          Map.entry("POST /harrier/sessions/end", Event.SESSION_ENDED),
          Map.entry("POST /harrier/accounts/rotate-key", Event.KEY_CHANGED));

  private Operations() {}

  /** Of an RPC, by its full name. */
  static Event ofRpc(String fullMethodName) {
    var name = fullMethodName.substring(fullMethodName.indexOf('/') + 1);
    if (ALSO_READING.contains(name)) {
      return Event.API_READ;
    }
    if (CHANGING.contains(name)) {
      return Event.API_OTHER;
    }
    if (READING.stream().anyMatch(name::startsWith)) {
      return Event.API_READ;
    }
    if (name.startsWith("Create") || name.startsWith("Register") || name.startsWith("Add")) {
      return Event.API_CREATE;
    }
    if (name.startsWith("Delete")) {
      return Event.API_DELETE;
    }
    if (name.equals("PutPolicy")) {
      return Event.POLICY_CHANGED;
    }
    return name.startsWith("Update") ? Event.API_UPDATE : Event.API_OTHER;
  }

  /** Of a page, by method and pattern. */
  static Event ofPage(String page) {
    var event = PAGES.get(page);
    if (event != null) {
      return event;
    }
    if (page.startsWith(ACCOUNTS)) {
      return page.startsWith(ACCOUNTS + "list-") ? Event.API_READ : Event.ACCOUNT_CHANGED;
    }
    return switch (page.substring(0, page.indexOf(' '))) {
      case "GET", "HEAD", "OPTIONS" -> Event.API_READ;
      case "PUT" -> Event.API_UPDATE;
      case "DELETE" -> Event.API_DELETE;
      default -> Event.API_OTHER;
    };
  }

  /** Whether it may change something. */
  static boolean changes(Event event) {
    return event != Event.API_READ;
  }
}
