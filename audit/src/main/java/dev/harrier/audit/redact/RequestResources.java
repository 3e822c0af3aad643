package dev.harrier.audit.redact;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.harrier.audit.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a request is about: the identifier in it, or the project and domain that it names. Parts
 * that no name looks like are left out: they name nothing, and may be anything.
 */
public final class RequestResources {
  /** Types of the protocol that name a thing, and what users call it. */
  private static final Map<String, String> IDENTIFIERS =
      Map.of(
          "flyteidl.core.Identifier", "",
          "flyteidl.core.WorkflowExecutionIdentifier", "execution",
          "flyteidl.core.NodeExecutionIdentifier", "node_execution",
          "flyteidl.core.TaskExecutionIdentifier", "task_execution",
          "flyteidl.core.SignalIdentifier", "signal",
          "flyteidl.admin.NamedEntityIdentifier", "named_entity");

  private static final List<String> PARTS =
      List.of("org", "project", "domain", "id", "workflow", "name", "version");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:/@+=-]{1,128}");
  private static final int DEPTH_MAX = 4;

  private RequestResources() {}

  /** At most one: a request is about one thing. */
  public static List<Resource> of(Message request) {
    for (var field : request.getDescriptorForType().getFields()) {
      if (names(field) && request.hasField(field)) {
        return identified((Message) request.getField(field), field.getMessageType().getFullName());
      }
    }
    var parts = new ArrayList<String>();
    named(request, parts);
    if (!parts.isEmpty()) {
      return List.of(new Resource(parts.size() == 1 ? "project" : "domain", join(parts)));
    }
    // One message that says it all, as in an update of attributes or a new project.
    for (var field : request.getDescriptorForType().getFields()) {
      if (message(field) && request.hasField(field)) {
        named((Message) request.getField(field), parts);
        if (!parts.isEmpty()) {
          return List.of(new Resource(field.getName(), join(parts)));
        }
      }
    }
    return List.of();
  }

  private static List<Resource> identified(Message id, String type) {
    var parts = new ArrayList<String>();
    collect(id, parts, 0);
    var word = IDENTIFIERS.getOrDefault(type, "");
    if (word.isEmpty()) {
      var kind = id.getField(id.getDescriptorForType().findFieldByName("resource_type"));
      word = ((EnumValueDescriptor) kind).getName().toLowerCase(Locale.ROOT);
    }
    return parts.isEmpty() ? List.of() : List.of(new Resource(word, join(parts)));
  }

  /** Outer names first: those of the execution before those of its node. */
  private static void collect(Message id, List<String> parts, int depth) {
    for (var field : id.getDescriptorForType().getFields()) {
      if (message(field)
          && depth < DEPTH_MAX
          && id.hasField(field)
          && !field.getName().equals("task_id")) {
        collect((Message) id.getField(field), parts, depth + 1);
      }
    }
    named(id, parts);
    for (var name : List.of("node_id", "signal_id", "retry_attempt")) {
      var field = id.getDescriptorForType().findFieldByName(name);
      if (field != null) {
        add(String.valueOf(id.getField(field)), parts);
      }
    }
  }

  private static void named(Message message, List<String> parts) {
    for (var part : PARTS) {
      var field = message.getDescriptorForType().findFieldByName(part);
      if (field != null
          && field.getJavaType() == FieldDescriptor.JavaType.STRING
          && !field.isRepeated()) {
        // A new project has a name to be read by people, too.
        if (part.equals("name") && message.getDescriptorForType().findFieldByName("id") != null) {
          continue;
        }
        add((String) message.getField(field), parts);
      }
    }
  }

  private static void add(String text, List<String> parts) {
    if (NAME.matcher(text).matches()) {
      parts.add(text);
    } else if (!text.isEmpty()) {
      parts.add("?");
    }
  }

  private static String join(List<String> parts) {
    return String.join("/", parts);
  }

  private static boolean names(FieldDescriptor field) {
    return message(field) && IDENTIFIERS.containsKey(field.getMessageType().getFullName());
  }

  private static boolean message(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isRepeated();
  }
}
