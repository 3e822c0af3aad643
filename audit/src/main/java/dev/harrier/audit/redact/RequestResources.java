package dev.harrier.audit.redact;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.harrier.audit.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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
  private static final List<String> LAST_PARTS = List.of("node_id", "signal_id", "retry_attempt");
  private static final int DEPTH_MAX = 4;

  private final FieldTable table;
  private final Map<Descriptor, Plan> plans = new ConcurrentHashMap<>();

  public RequestResources(FieldTable table) {
    this.table = requireNonNull(table, "table");
  }

  /**
   * Where in a message of one type names are: found once, as there are more calls than types.
   *
   * @param identifiers fields that say all
   * @param parts names of its own
   * @param wholes messages in it that may have names
   */
  private record Plan(
      List<Identifier> identifiers, List<FieldDescriptor> parts, List<Whole> wholes) {}

  /** A field whose message names a thing. */
  private record Identifier(FieldDescriptor field, String word, List<Step> steps) {}

  /** A message of which names may be taken. */
  private record Whole(FieldDescriptor field, List<FieldDescriptor> parts) {}

  /** A name, and the messages on the way to it. */
  private record Step(List<FieldDescriptor> way, FieldDescriptor part) {}

  /** At most one: a request is about one thing. */
  public List<Resource> of(Message request) {
    var plan = plans.computeIfAbsent(request.getDescriptorForType(), this::plan);
    for (var identifier : plan.identifiers()) {
      if (request.hasField(identifier.field())) {
        return identified((Message) request.getField(identifier.field()), identifier);
      }
    }
    var parts = new StringBuilder();
    var count = named(request, plan.parts(), parts);
    if (count > 0) {
      return List.of(new Resource(count == 1 ? "project" : "domain", parts.toString()));
    }
    // One message that says it all, as in an update of attributes or a new project.
    for (var whole : plan.wholes()) {
      if (request.hasField(whole.field())
          && named((Message) request.getField(whole.field()), whole.parts(), parts) > 0) {
        return List.of(new Resource(whole.field().getName(), parts.toString()));
      }
    }
    return List.of();
  }

  private static List<Resource> identified(Message id, Identifier identifier) {
    var parts = new StringBuilder();
    for (var step : identifier.steps()) {
      var at = id;
      for (var field : step.way()) {
        if (!at.hasField(field)) {
          at = null;
          break;
        }
        at = (Message) at.getField(field);
      }
      if (at != null) {
        add(String.valueOf(at.getField(step.part())), parts);
      }
    }
    if (parts.isEmpty()) {
      return List.of();
    }
    var word = identifier.word();
    if (word.isEmpty()) {
      var kind = id.getField(id.getDescriptorForType().findFieldByName("resource_type"));
      word = ((EnumValueDescriptor) kind).getName().toLowerCase(Locale.ROOT);
    }
    return List.of(new Resource(word, parts.toString()));
  }

  private static int named(Message message, List<FieldDescriptor> fields, StringBuilder parts) {
    var count = 0;
    for (var field : fields) {
      count += add((String) message.getField(field), parts) ? 1 : 0;
    }
    return count;
  }

  private static boolean add(String text, StringBuilder parts) {
    if (text.isEmpty()) {
      return false;
    }
    if (!parts.isEmpty()) {
      parts.append('/');
    }
    parts.append(Resource.isName(text) ? text : "?");
    return true;
  }

  private Plan plan(Descriptor type) {
    var identifiers = new ArrayList<Identifier>();
    var wholes = new ArrayList<Whole>();
    for (var field : type.getFields()) {
      if (message(field) && kept(field)) {
        var word = IDENTIFIERS.get(field.getMessageType().getFullName());
        if (word != null) {
          var steps = new ArrayList<Step>();
          collect(field.getMessageType(), List.of(), steps);
          identifiers.add(new Identifier(field, word, List.copyOf(steps)));
        }
        wholes.add(new Whole(field, parts(field.getMessageType())));
      }
    }
    return new Plan(List.copyOf(identifiers), parts(type), List.copyOf(wholes));
  }

  /** Outer names first: those of the execution before those of its node. */
  private void collect(Descriptor id, List<FieldDescriptor> way, List<Step> steps) {
    for (var field : id.getFields()) {
      if (message(field)
          && kept(field)
          && way.size() < DEPTH_MAX
          && !field.getName().equals("task_id")) {
        var further = new ArrayList<>(way);
        further.add(field);
        collect(field.getMessageType(), List.copyOf(further), steps);
      }
    }
    parts(id).forEach(part -> steps.add(new Step(way, part)));
    for (var name : LAST_PARTS) {
      var field = id.findFieldByName(name);
      if (field != null && kept(field)) {
        steps.add(new Step(way, field));
      }
    }
  }

  // What the table hashes is no name to be read, whatever it is called.
  private List<FieldDescriptor> parts(Descriptor type) {
    var parts = new ArrayList<FieldDescriptor>();
    for (var part : PARTS) {
      var field = type.findFieldByName(part);
      // A new project has a name to be read by people, too.
      if (field != null
          && field.getJavaType() == FieldDescriptor.JavaType.STRING
          && !field.isRepeated()
          && kept(field)
          && !(part.equals("name") && type.findFieldByName("id") != null)) {
        parts.add(field);
      }
    }
    return List.copyOf(parts);
  }

  private boolean kept(FieldDescriptor field) {
    return table.decision(field) == Decision.KEEP;
  }

  private static boolean message(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isRepeated();
  }
}
