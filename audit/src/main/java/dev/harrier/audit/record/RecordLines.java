package dev.harrier.audit.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.harrier.audit.Actor;
import dev.harrier.audit.AuditRecord;
import dev.harrier.audit.Level;
import dev.harrier.audit.Operation;
import dev.harrier.audit.redact.Redactor;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Writes records as lines, one behind the other. The hash of a record is the SHA-256 of its line
 * without the newline and without the member {@code integrity.hash}; so a line says by itself
 * whether it is whole. One thread at a time.
 */
public final class RecordLines {
  private static final byte[] HASH_BEGIN = "\"integrity\":{\"hash\":\"sha256:".getBytes(UTF_8);
  private static final int HASH_MEMBER = "\"hash\":\"sha256:\",".length() + 64;
  private static final int BEFORE_HASH = "\"integrity\":{".length();
  private static final int UID_MAX = 256;

  private final byte[] product;
  private final Redactor redactor;
  private final MessageDigest sha = Hashes.sha256();
  private final CanonicalJson json = new CanonicalJson();
  private String hash = Link.NONE;
  private int begin;

  /**
   * @param version of the program
   */
  public RecordLines(String version, Redactor redactor) {
    this.product = product(requireNonNull(version, "version"));
    this.redactor = requireNonNull(redactor, "redactor");
  }

  private static byte[] product(String version) {
    var json = new CanonicalJson();
    json.open().name("name").string("Harrier");
    return json.name("version").string(version).close().toBytes();
  }

  /** The hash of the line that was written last, in hex. */
  public String hash() {
    return hash;
  }

  /** Forgets the lines so far. */
  public void clear() {
    json.clear();
    begin = 0;
  }

  /** The lines so far, in an array that later calls change. */
  public byte[] array() {
    return json.array();
  }

  /** How many bytes they are. */
  public int length() {
    return json.length();
  }

  /** Where the line begins that was written last. */
  public int begin() {
    return begin;
  }

  /** Adds a line with its newline. */
  public void write(AuditRecord record, Link link) {
    begin = json.length();
    json.open();
    var event = record.event();
    json.name("activity_id").number(event.activity());
    if (event.word().length() > 0) {
      json.name("activity_name").string(event.word());
    }
    actor(record.actor());
    record.operation().ifPresent(operation -> api(record, operation));
    json.name("category_uid").number(event.category());
    json.name("class_uid").number(event.type());
    var hashAt = json.length() + 1 + HASH_BEGIN.length;
    json.name("integrity").open();
    json.name("hash").string("sha256:" + Link.NONE);
    json.name("prev").string("sha256:" + link.previous());
    json.name("seq").number(link.sequence()).close();
    json.name("level").string(record.level().word());
    metadata(record, link);
    resources(record);
    json.name("severity_id").number(record.outcome().severity());
    source(record);
    json.name("stage").string(record.stage().word());
    json.name("status_id").number(record.outcome().status());
    json.name("time").number(link.timeMillis());
    json.name("type_uid").number(event.type() * 100L + event.activity());
    details(record);
    json.close();
    var end = json.length();
    hash = hash(sha, json.array(), begin, end, hashAt);
    json.overwrite(hashAt, hash);
    json.put('\n');
  }

  /**
   * The hash that a line must have, in hex.
   *
   * @param hashAt where in it the digits of its hash begin, from {@link #hashAt}
   */
  public static String hash(MessageDigest sha, byte[] text, int from, int to, int hashAt) {
    var member = hashAt - HASH_BEGIN.length + BEFORE_HASH;
    sha.update(text, from, member - from);
    sha.update(text, member + HASH_MEMBER, to - member - HASH_MEMBER);
    return HexFormat.of().formatHex(sha.digest());
  }

  /**
   * Where the digits of a line's hash begin, or -1 if there are none. Behind it in a line is
   * nothing that a caller could have named so, and within a text a quote never stands alone.
   */
  public static int hashAt(byte[] text, int from, int to) {
    for (var at = to - HASH_MEMBER - BEFORE_HASH; at >= from; at--) {
      if (text[at] == '"'
          && Arrays.equals(text, at, at + HASH_BEGIN.length, HASH_BEGIN, 0, HASH_BEGIN.length)) {
        return at + HASH_BEGIN.length;
      }
    }
    return -1;
  }

  private void actor(Actor actor) {
    json.name("actor").open();
    actor.client().ifPresent(client -> json.name("app_uid").string(clipped(client)));
    if (!actor.decisions().isEmpty()) {
      json.name("authorizations").openArray();
      for (var decision : actor.decisions()) {
        json.element().open();
        json.name("decision").string(decision.allowed() ? "allowed" : "denied");
        json.name("policy").open();
        json.name("desc").string(clipped(decision.scope()));
        json.name("name").string(decision.permission()).close();
        json.close();
      }
      json.closeArray();
    }
    if (!actor.principal().isEmpty()) {
      json.name("user").open();
      if (!actor.issuer().isEmpty()) {
        json.name("domain").string(clipped(actor.issuer()));
      }
      json.name("uid").string(clipped(actor.principal())).close();
    }
    json.close();
  }

  private void api(AuditRecord record, Operation operation) {
    json.name("api").open();
    json.name("operation").string(clipped(operation.name()));
    if (record.level() == Level.REQUEST && operation.request().isPresent()) {
      var request = operation.request().get();
      json.name("request").open().name("data");
      redactor.write(request, json);
      json.name("digest").string(redactor.digest(request)).close();
    }
    json.name("response").open().name("code").number(record.outcome().code()).close();
    var slash = operation.name().indexOf('/');
    json.name("service").open();
    json.name("name")
        .string(
            slash > 0 && !operation.name().contains(" ")
                ? operation.name().substring(0, slash)
                : "page");
    json.close().close();
  }

  private void metadata(AuditRecord record, Link link) {
    json.name("metadata").open();
    if (!record.source().correlation().isEmpty()) {
      json.name("correlation_uid").string(clipped(record.source().correlation()));
    }
    json.name("product").raw(product);
    json.name("sequence").number(link.sequence());
    json.name("uid").string(link.uid());
    json.name("version").string("1.6.0").close();
  }

  private void resources(AuditRecord record) {
    if (record.resources().isEmpty()) {
      return;
    }
    json.name("resources").openArray();
    for (var resource : record.resources()) {
      json.element().open();
      json.name("type").string(resource.type());
      json.name("uid").string(clipped(resource.name())).close();
    }
    json.closeArray();
  }

  private void source(AuditRecord record) {
    var source = record.source();
    if (source.address().isEmpty()) {
      return;
    }
    json.name("src_endpoint").open();
    if (source.certificate()) {
      json.name("certificate").truth(true);
    }
    json.name("ip").string(redactor.address(source.address())).close();
  }

  private void details(AuditRecord record) {
    var latency = record.operation().map(Operation::latencyMicros).orElse(0L);
    if (record.details().isEmpty() && latency == 0) {
      return;
    }
    var all = record.details();
    json.name("unmapped").open();
    var told = latency == 0;
    for (var detail : all.entrySet()) {
      if (!told && detail.getKey().compareTo("latency_us") > 0) {
        json.name("latency_us").number(latency);
        told = true;
      }
      json.name(detail.getKey()).value(detail.getValue());
    }
    if (!told) {
      json.name("latency_us").number(latency);
    }
    json.close();
  }

  private static String clipped(String text) {
    return text.length() <= UID_MAX ? text : text.substring(0, UID_MAX) + "...";
  }
}
