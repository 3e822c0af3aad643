package dev.harrier.conformance.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.harrier.conformance.access.AccessWorld.World;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Members of one project ask for anything at all, in any mix of what is theirs and what is another
 * project's: no byte of the other project's texts is in any answer, header, trailer or sentence.
 */
@Tag("python")
@ExtendWith(AccessWorld.class)
final class CrossTenantTest {
  private static final int CALLS = 5_000;
  private static final int HTTP_EVERY = 4;
  private static final long SEED = Long.getLong("harrier.seed", 20_261_121);

  /** Services whose calls end at the gate tell nothing, so that most calls go elsewhere. */
  private static final List<MethodDescriptor<?, ?>> METHODS =
      Rpcs.all().values().stream()
          .filter(
              rpc ->
                  rpc.getFullMethodName().contains("AdminService/")
                      || rpc.getFullMethodName().contains("DataProxyService/")
                      || rpc.getFullMethodName().contains("SignalService/")
                      || rpc.getFullMethodName().contains("DataCatalog/"))
          .toList();

  @Test
  void the_texts_are_there_to_be_found(World world) {
    var root = world.as("root");
    var found = 0;
    for (var rpc : METHODS) {
      if (root.call(rpc, world.requests(Place.FOREIGN).of(rpc, "")).text().contains(foreign())) {
        found++;
      }
    }

    assertThat(found).isGreaterThan(15);
  }

  @Test
  void no_byte_of_another_project_is_in_any_answer(World world) {
    var random = new Random(SEED);
    var tokens =
        List.of(
            world.token("corvus-admin"),
            world.token("corvus-runner"),
            world.taskToken(Place.CORVUS));
    var grpc = tokens.stream().map(world::withToken).toList();
    var http = tokens.stream().map(token -> world.http(Optional.of(token))).toList();
    var words = words(world);
    var answered = 0;
    for (var call = 0; call < CALLS; call++) {
      var rpc = METHODS.get(random.nextInt(METHODS.size()));
      var place = random.nextInt(3) == 0 ? Place.FOREIGN : Place.CORVUS;
      var request = world.requests(place).of(rpc, List.of("", "cluster").get(random.nextInt(2)));
      var mixed = mixed(request, random, words);
      var caller = random.nextInt(tokens.size());

      var answer = grpc.get(caller).call(rpc, mixed);

      assertThat(answer.text())
          .as("seed %s, call %s: %s %s", SEED, call, rpc.getFullMethodName(), mixed)
          .doesNotContain(foreign());
      assertThat(answer.code())
          .as("seed %s, call %s: %s %s", SEED, call, rpc.getFullMethodName(), mixed)
          .isNotIn(Status.Code.INTERNAL, Status.Code.UNKNOWN, Status.Code.UNAUTHENTICATED);
      if (answer.code() == Status.Code.OK) {
        answered++;
      }
      var routes = HttpCalls.routes(rpc);
      if (call % HTTP_EVERY == 0 && !routes.isEmpty()) {
        var route = routes.get(random.nextInt(routes.size()));
        var overHttp = http.get(caller).call(route, mixed);
        assertThat(overHttp.text() + overHttp.headers())
            .as("seed %s, call %s: %s %s", SEED, call, route, mixed)
            .doesNotContain(foreign());
      }
    }
    // Who only ever asks in vain proves little.
    assertThat(answered).isGreaterThan(CALLS / 10);
  }

  private static String foreign() {
    return Place.FOREIGN.canaryBeginning();
  }

  private static List<String> words(World world) {
    var words = new ArrayList<String>();
    for (var project : List.of("bubo", "bubo", "bubo", "corvus", "aquila", "*", "")) {
      words.add(project);
      words.add(world.blobs() + "/" + project + "/development/metadata/e1/n0/data/inputs.pb");
      for (var part : List.of("i", "o", "d", "0/i", "i/x")) {
        words.add("flyte://v1/%s/development/e1/n0/%s".formatted(project, part));
      }
      for (var field :
          List.of("project", "execution_project", "launch_plan.project", "workflow.name")) {
        words.add("eq(%s,%s)".formatted(field, project.isEmpty() ? "x" : project));
        words.add("ne(%s,%s)".formatted(field, "x"));
      }
    }
    words.addAll(
        List.of(
            "development",
            "production",
            "e1",
            "v1",
            "n0",
            "start-node",
            "name",
            "created_at",
            "contains(name,e)",
            "ne(name,x)",
            "gt(created_at,2020-01-01)",
            "..",
            "../../bubo",
            "%",
            "' OR 1=1 --",
            "bubo:development:e1",
            "1",
            "k.AAAA",
            "\u0000",
            "é"));
    return words;
  }

  /** The request with some of its texts, numbers and choices replaced. */
  private static Message mixed(Message request, Random random, List<String> words) {
    var builder = request.toBuilder();
    mix(builder, random, words);
    return builder.build();
  }

  private static void mix(Message.Builder message, Random random, List<String> words) {
    for (var field : message.getDescriptorForType().getFields()) {
      if (field.isMapField()) {
        continue;
      }
      if (field.getJavaType() == JavaType.MESSAGE) {
        below(message, field, random, words);
      } else if (!field.isRepeated() && random.nextInt(chance(message, field)) == 0) {
        message.setField(field, value(field, random, words));
      }
    }
  }

  /** One in so many: what is set is often a name, and what is not would mostly be refused. */
  private static int chance(Message.Builder message, FieldDescriptor field) {
    var set =
        field.hasPresence()
            ? message.hasField(field)
            : !message.getField(field).equals(field.getDefaultValue());
    if (field.getName().equals("project")) {
      return 4;
    }
    return set ? 8 : 25;
  }

  private static void below(
      Message.Builder message, FieldDescriptor field, Random random, List<String> words) {
    if (field.isRepeated()) {
      for (var index = 0; index < message.getRepeatedFieldCount(field); index++) {
        mix(message.getRepeatedFieldBuilder(field, index), random, words);
      }
    } else if (message.hasField(field)
        && !field.getMessageType().getFullName().startsWith("google.")) {
      mix(message.getFieldBuilder(field), random, words);
    }
  }

  private static Object value(FieldDescriptor field, Random random, List<String> words) {
    return switch (field.getJavaType()) {
      case STRING ->
          field.getName().equals("project") && random.nextBoolean()
              ? Place.FOREIGN.project()
              : words.get(random.nextInt(words.size()));
      case ENUM ->
          field
              .getEnumType()
              .getValues()
              .get(random.nextInt(field.getEnumType().getValues().size()));
      case INT -> random.nextInt(5);
      case LONG -> (long) random.nextInt(5);
      case BOOLEAN -> random.nextBoolean();
      default -> field.getDefaultValue();
    };
  }
}
