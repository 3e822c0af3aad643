package dev.harrier.propeller.bind;

import dev.harrier.spi.LiteralPaths;
import flyteidl.core.Literals.Binding;
import flyteidl.core.Literals.BindingData;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralCollection;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Literals.Scalar;
import flyteidl.core.Literals.Void;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Resolves bindings of every kind. */
public final class Bindings {
  private static final Literal NONE =
      Literal.newBuilder()
          .setScalar(Scalar.newBuilder().setNoneType(Void.getDefaultInstance()))
          .build();

  private Bindings() {}

  /**
   * The values of some bindings.
   *
   * @param outputsOf what a node of the same workflow put out; the workflow's own inputs for the
   *     start node, which a promise may also name by an empty id
   * @throws UnresolvedException if a binding names what is not there
   */
  public static LiteralMap resolve(
      List<Binding> bindings, Function<String, Optional<LiteralMap>> outputsOf) {
    var resolved = LiteralMap.newBuilder();
    for (var binding : bindings) {
      resolved.putLiterals(
          binding.getVar(), value(binding.getVar(), binding.getBinding(), outputsOf));
    }
    return resolved.build();
  }

  private static Literal value(
      String variable, BindingData data, Function<String, Optional<LiteralMap>> outputsOf) {
    return switch (data.getValueCase()) {
      case SCALAR -> Literal.newBuilder().setScalar(data.getScalar()).build();
      case COLLECTION -> {
        var items = LiteralCollection.newBuilder();
        data.getCollection()
            .getBindingsList()
            .forEach(item -> items.addLiterals(value(variable, item, outputsOf)));
        yield Literal.newBuilder().setCollection(items).build();
      }
      case MAP -> {
        var entries = LiteralMap.newBuilder();
        data.getMap()
            .getBindingsMap()
            .forEach((key, item) -> entries.putLiterals(key, value(variable, item, outputsOf)));
        yield Literal.newBuilder().setMap(entries).build();
      }
      case PROMISE -> promised(variable, data, outputsOf);
      case OFFLOADED_METADATA ->
          Literal.newBuilder().setOffloadedMetadata(data.getOffloadedMetadata()).build();
      case VALUE_NOT_SET -> NONE;
    };
  }

  private static Literal promised(
      String variable, BindingData data, Function<String, Optional<LiteralMap>> outputsOf) {
    var promise = data.getPromise();
    var outputs =
        outputsOf
            .apply(promise.getNodeId())
            .orElseThrow(
                () ->
                    new UnresolvedException(
                        "input '%s': node '%s' has put out nothing"
                            .formatted(variable, promise.getNodeId())));
    var literal = outputs.getLiteralsMap().get(promise.getVar());
    if (literal == null) {
      throw new UnresolvedException(
          "input '%s': node '%s' has no output '%s', it has %s"
              .formatted(
                  variable,
                  promise.getNodeId(),
                  promise.getVar(),
                  outputs.getLiteralsMap().keySet().stream().sorted().toList()));
    }
    if (promise.getAttrPathCount() == 0) {
      return literal;
    }
    try {
      return LiteralPaths.follow(literal, promise.getAttrPathList());
    } catch (LiteralPaths.NoValueException none) {
      throw new UnresolvedException("input '%s': %s".formatted(variable, none.text()));
    }
  }
}
