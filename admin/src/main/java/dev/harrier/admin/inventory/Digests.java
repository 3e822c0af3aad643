package dev.harrier.admin.inventory;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/** Digests of messages: equal for equal messages, whatever order their maps were sent in. */
public final class Digests {
  private Digests() {}

  /** The SHA-256 of one message. */
  public static byte[] of(Message message) {
    return sha256().digest(bytes(message));
  }

  /** The SHA-256 of a message and of others, whose order counts. */
  public static byte[] of(Message first, Collection<? extends Message> others) {
    var digest = sha256();
    digest.update(of(first));
    others.forEach(other -> digest.update(of(other)));
    return digest.digest();
  }

  /** The SHA-256 of bytes, in lower-case hex. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  /** The message's bytes with the entries of its maps in order. */
  public static byte[] bytes(Message message) {
    var bytes = new byte[message.getSerializedSize()];
    var output = CodedOutputStream.newInstance(bytes);
    output.useDeterministicSerialization();
    try {
      message.writeTo(output);
      output.checkNoSpaceLeft();
    } catch (IOException impossible) {
      throw new UncheckedIOException("an array of the right size took no message", impossible);
    }
    return bytes;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }
}
