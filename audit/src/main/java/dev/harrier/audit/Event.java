package dev.harrier.audit;

/**
 * The sort of thing that a record tells of, by the numbers of OCSF 1.6: category, class and
 * activity.
 */
public enum Event {
  API_CREATE(6, 6003, 1, ""),
  API_READ(6, 6003, 2, ""),
  API_UPDATE(6, 6003, 3, ""),
  API_DELETE(6, 6003, 4, ""),
  API_OTHER(6, 6003, 99, ""),

  LOGIN(3, 3002, 1, "login"),
  LOGOUT(3, 3002, 2, "logout"),
  TOKEN_ISSUED(3, 3002, 3, "token_issued"),
  TOKEN_RENEWED(3, 3002, 5, "token_renewed"),
  TOKEN_REUSED(3, 3002, 99, "token_reused"),
  TOKEN_REVOKED(3, 3002, 99, "token_revoked"),
  CLIENT_REFUSED(3, 3002, 99, "client_refused"),
  DEVICE_ALLOWED(3, 3002, 99, "device_allowed"),
  SESSION_ENDED(3, 3002, 2, "session_ended"),

  ACCOUNT_CREATED(3, 3001, 1, "account_created"),
  ACCOUNT_CHANGED(3, 3001, 99, "account_changed"),
  ACCOUNT_DISABLED(3, 3001, 5, "account_disabled"),
  PASSWORD_SET(3, 3001, 3, "password_set"),

  POLICY_CHANGED(3, 3004, 3, "policy_changed"),
  KEY_CHANGED(3, 3004, 3, "key_changed"),

  SYSTEM_STARTED(6, 6002, 3, "started"),
  CONFIGURED(6, 6002, 99, "configured"),
  SYSTEM_STOPPED(6, 6002, 4, "stopped"),
  SINK_FAILED(6, 6002, 99, "sink_failed"),
  SINK_RECOVERED(6, 6002, 99, "sink_recovered"),
  RECORDS_DROPPED(6, 6002, 99, "records_dropped"),
  RECORDS_MISSED(6, 6002, 99, "records_missed"),
  RECORD_CUT(6, 6002, 99, "record_cut"),
  CLOCK_WENT_BACK(6, 6002, 99, "clock_went_back"),
  CHECKPOINT(6, 6002, 99, "checkpoint");

  private final int category;
  private final int type;
  private final int activity;
  private final String word;

  Event(int category, int type, int activity, String word) {
    this.category = category;
    this.type = type;
    this.activity = activity;
    this.word = word;
  }

  /** OCSF's {@code category_uid}. */
  public int category() {
    return category;
  }

  /** OCSF's {@code class_uid}. */
  public int type() {
    return type;
  }

  /** OCSF's {@code activity_id} within the class. */
  public int activity() {
    return activity;
  }

  /** Our own name, since many have one activity; empty for calls, which name their operation. */
  public String word() {
    return word;
  }
}
