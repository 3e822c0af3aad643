package dev.harrier.testkit;

import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Literals.Primitive;
import flyteidl.core.Literals.Scalar;

/** Literals for tests. */
public final class Values {
  private Values() {}

  /** A map of one text. */
  public static LiteralMap of(String variable, String text) {
    return LiteralMap.newBuilder().putLiterals(variable, text(text)).build();
  }

  /** A text. */
  public static Literal text(String text) {
    return Literal.newBuilder()
        .setScalar(Scalar.newBuilder().setPrimitive(Primitive.newBuilder().setStringValue(text)))
        .build();
  }
}
