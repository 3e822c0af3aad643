package dev.harrier.audit.redact;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class FieldTableTest {
  private static final List<FileDescriptor> SERVICES =
      List.of(
          flyteidl.service.Admin.getDescriptor(),
          flyteidl.service.Auth.getDescriptor(),
          flyteidl.service.Signal.getDescriptor(),
          flyteidl.service.Dataproxy.getDescriptor(),
          flyteidl.service.Identity.getDescriptor(),
          flyteidl.service.Agent.getDescriptor(),
          flyteidl.service.ExternalPluginServiceOuterClass.getDescriptor(),
          datacatalog.Datacatalog.getDescriptor(),
          flyteidl.cacheservice.Cacheservice.getDescriptor(),
          dev.harrier.idl.access.v1.PutPolicyRequest.getDescriptor().getFile());

  /** Of these nothing may ever be recorded, not even by a hash. */
  private static final Set<String> VALUES =
      Set.of(
          "flyteidl.core.Literal",
          "flyteidl.core.LiteralMap",
          "flyteidl.core.Primitive",
          "flyteidl.core.Binary",
          "flyteidl.core.Scalar",
          "google.protobuf.Struct",
          "google.protobuf.Any");

  private final FieldTable table = FieldTable.load();

  @Test
  void every_field_of_every_message_of_every_rpc_has_a_decision() {
    var missing = new TreeSet<String>();
    fields().values().stream()
        .filter(field -> table.find(field).isEmpty())
        .forEach(field -> missing.add(field.getFullName()));

    assertThat(missing).as("say keep, hash or drop in fields.txt").isEmpty();
    assertThat(table.size()).as("fields.txt names fields that are gone").isEqualTo(fields().size());
  }

  @Test
  void values_of_tasks_are_never_kept() {
    fields()
        .values()
        .forEach(
            field -> {
              var ofValue = VALUES.contains(field.getContainingType().getFullName());
              var isValue =
                  field.getJavaType() == JavaType.MESSAGE
                      && VALUES.contains(field.getMessageType().getFullName());
              if (ofValue || isValue) {
                assertThat(table.decision(field)).as(field.getFullName()).isEqualTo(Decision.DROP);
              }
            });
  }

  @Test
  void what_is_signed_or_a_token_is_dropped() {
    fields()
        .values()
        .forEach(
            field -> {
              if (field.getJavaType() == JavaType.STRING
                  && (field.getName().contains("signed_url") || field.getName().equals("token"))) {
                assertThat(table.decision(field)).as(field.getFullName()).isEqualTo(Decision.DROP);
              }
            });
  }

  private static Map<String, FieldDescriptor> fields() {
    var fields = new TreeMap<String, FieldDescriptor>();
    var seen = new HashSet<String>();
    for (var file : SERVICES) {
      for (var service : file.getServices()) {
        for (var method : service.getMethods()) {
          walk(method.getInputType(), seen, fields);
          walk(method.getOutputType(), seen, fields);
        }
      }
    }
    return fields;
  }

  private static void walk(Descriptor type, Set<String> seen, Map<String, FieldDescriptor> fields) {
    if (!seen.add(type.getFullName())) {
      return;
    }
    for (var field : type.getFields()) {
      fields.put(field.getFullName(), field);
      if (field.getJavaType() == JavaType.MESSAGE) {
        walk(field.getMessageType(), seen, fields);
      }
    }
  }
}
