package dev.harrier.server.page;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import dev.harrier.security.user.PasswordLogin;
import java.time.Duration;
import java.util.Optional;

/** The fields in which somebody says who they are, and what is said of a login that failed. */
final class LoginForm {
  static final String DECISION = "decision";
  static final String ALLOW = "allow";

  private LoginForm() {}

  /** Name and password, as HTML; a name that was typed is there again. */
  static String person(QueryParams typed) {
    return """
        <label for="name">Name</label>
        <input id="name" name="name" autocomplete="username" autocapitalize="none" maxlength="63" value="%s">
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" maxlength="512">
        """
        .formatted(HtmlPage.escaped(typed.get("name", "")));
  }

  /**
   * The decision, as HTML.
   *
   * @param known whether somebody is logged in already
   */
  static String buttons(boolean known) {
    return """
        <button name="decision" value="allow">%s</button>
        <button name="decision" value="deny">Do not allow</button>
        """
        .formatted(known ? "Allow" : "Log in and allow");
  }

  /** Whether somebody typed who they are. */
  static boolean typed(QueryParams form) {
    return !form.get("name", "").isBlank() || !form.get("password", "").isEmpty();
  }

  /** A refusal above the form. */
  static String wrong(String sentence) {
    return "<p class=\"wrong\" role=\"alert\">%s</p>".formatted(HtmlPage.escaped(sentence));
  }

  /** Whether the form says to go on. */
  static boolean allows(QueryParams form) {
    return form.get(DECISION, "").equals(ALLOW);
  }

  /** What to say of a login that came to nothing; empty for a good one. */
  static Optional<Refusal> refusal(PasswordLogin.Outcome outcome) {
    return switch (outcome) {
      case PasswordLogin.Outcome.Welcome welcome -> Optional.empty();
      case PasswordLogin.Outcome.Refused refused ->
          Optional.of(
              new Refusal(HttpStatus.UNAUTHORIZED, "No user of this name has this password."));
      case PasswordLogin.Outcome.Wait wait -> Optional.of(wait(wait.time()));
    };
  }

  /** What to say to who must wait. */
  static Refusal wait(Duration time) {
    return new Refusal(
        HttpStatus.TOO_MANY_REQUESTS,
        "Too many wrong logins. Try again in %s seconds.".formatted(seconds(time)));
  }

  /** A login that came to nothing. */
  record Refusal(HttpStatus status, String sentence) {}

  private static long seconds(Duration time) {
    return time.plusMillis(999).toSeconds();
  }
}
